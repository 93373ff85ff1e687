"""Debian's jupyter_kernel_test suite with samples in TypeScript."""

import unittest

import jupyter_kernel_test

CELL = '(globalThis as any)[Symbol.for("shootdown.cell")]'
BUNDLE = '({ [Symbol.for("Jupyter.display")]: () => (%s) })'


class ShootdownTests(jupyter_kernel_test.KernelTests):
    kernel_name = "shootdown"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("careful")'
    completion_samples = [
        {"text": "consol", "matches": {"console"}},
        {"text": "JSON.pars", "matches": {"parse"}},
    ]
    complete_code_samples = ["1 + 1", "function f() {}", "const a = `x`"]
    incomplete_code_samples = ["function f() {", "const a = [", "`abc", "/* a", "f("]
    invalid_code_samples = ["1 +* 2", "}", "const 1 = 2"]
    code_generate_error = 'throw new Error("on purpose")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": "ab"},
        {"code": BUNDLE % '{ "text/html": "<b>1</b>"}', "mime": "text/html", "result": "<b>1</b>"},
        {"code": "6 * 7 ", "result": "42"},
        {"code": "6 * 7 ", "result": "42"},
    ]
    code_display_data = [
        {"code": CELL + '.display({ "text/html": "<b>1</b>" }, {});', "mime": "text/html"},
        {"code": CELL + '.display({ "image/png": "AA==" }, {});', "mime": "image/png"},
    ]
    code_history_pattern = "6 * 7 "
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console"
    code_clear_output = CELL + ".clearOutput(false);"
    # No sample for the pager, which is skipped: documentation comes with inspection.


if __name__ == "__main__":
    unittest.main(verbosity=2)
