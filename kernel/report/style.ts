/** The style sheet of a report: one column, light and dark, and on paper without scroll bars. */
export const reportStyle: string = `
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --soft: #57606a;
  --line: #d0d7de; --code: #f6f8fa; --bad: #b3261e; --badpage: #fdf1f0;
  --k: #0550ae; --s: #0a6b3d; --n: #953800; --c: #57606a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #0d1117; --soft: #9198a1;
  --line: #3d444d; --code: #161b22; --bad: #ff8f87; --badpage: #2b1614;
  --k: #79c0ff; --s: #7ee2a8; --n: #ffb77c; --c: #9198a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main, footer { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem; }
section { margin: 0 0 1.1rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { font-size: 1.9rem; margin-top: 0.4em; } h2 { font-size: 1.45rem; } h3 { font-size: 1.15rem; }
p, ul, ol, blockquote { margin: 0 0 0.8em; }
a { color: var(--k); }
img { max-width: 100%; height: auto; }
pre, code { font: 0.86rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
code { background: var(--code); padding: 0.1em 0.3em; border-radius: 4px; font-size: 0.88em; }
pre { margin: 0.4rem 0; padding: 0.6rem 0.8rem; overflow-x: auto; border-radius: 6px;
  background: var(--code); }
pre code { padding: 0; background: none; font-size: inherit; }
blockquote { border-left: 3px solid var(--line); padding-left: 1em; color: var(--soft); }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5em 0; }
table { border-collapse: collapse; margin: 0 0 0.8em; font-size: 0.9rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: 0.2em 0.7em; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
.prose { max-width: 46rem; }
summary { cursor: pointer; color: var(--soft); font-size: 0.8rem;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
details[open] > summary > code { display: none; }
summary > code { background: none; }
.output { margin: 0.5rem 0; overflow-x: auto; }
.text { background: none; padding: 0.2rem 0; }
.stream, .text { max-height: 40rem; overflow-y: auto; }
.finding .stdout { font: inherit; font-size: 1.05rem; white-space: pre-wrap; max-width: 46rem;
  border-left: 3px solid var(--k); }
.stderr { border-left: 3px solid var(--n); }
.error { color: var(--bad); background: var(--badpage); border-left: 3px solid var(--bad); }
.k { color: var(--k); } .s { color: var(--s); } .n { color: var(--n); }
.c { color: var(--c); font-style: italic; }
footer { color: var(--soft); font-size: 0.8rem; border-top: 1px solid var(--line);
  overflow-wrap: anywhere; }
@media print {
  :root { --text: #000; --page: #fff; --soft: #444; --line: #999; --code: #f4f4f4; --bad: #900;
    --badpage: #fff; --k: #003a80; --s: #05421f; --n: #5c2200; --c: #555; }
  body { font-size: 10.5pt; } main, footer { max-width: none; padding: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7.6pt; }
  pre.stream, pre.text { font-size: 6.6pt; } .finding pre.stdout { font-size: 11pt; }
  .stream, .text { max-height: none; }
  figure, img, tr, .error { break-inside: avoid; } h1, h2, h3, summary { break-after: avoid; }
}
`.trim();
