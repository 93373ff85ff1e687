// Shows one bundle of a cell as JupyterLab would: its registry of renderers chooses, and draws.
import { RenderMimeRegistry, standardRendererFactories } from "@jupyterlab/rendermime";
import vega from "@jupyterlab/vega5-extension";
import { Widget } from "@lumino/widgets";
import bundle from "./bundle.json";

const registry = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
for (const extension of [vega].flat()) {
  registry.addFactory(extension.rendererFactory, extension.rank);
}
const model = registry.createModel({ ...bundle, trusted: false });
const type = registry.preferredMimeType(model.data, "any");
const widget = registry.createRenderer(type);
Widget.attach(widget, document.body);
widget.renderModel(model).then(
  () => {
    window.shown = { type };
  },
  (error) => {
    window.shown = { type, error: String(error) };
  },
);
