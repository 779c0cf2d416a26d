/** Pictures of a stage's graph, in four formats. Loaded by the command that draws them, and by no build. */
export { readGraph } from './compare.js';
export { renderDot } from './dot.js';
export { type PageData, renderHtml } from './html.js';
export { renderMermaid } from './mermaid.js';
export { type Picture, pictureOf } from './picture.js';
export { renderSvg } from './svg.js';
export { type Grouping, isLarge, MANY_FUNCTIONS, type View, viewOf } from './view.js';
