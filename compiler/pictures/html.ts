/** In: a picture, the script of the page, how to open an editor. Out: one HTML file that loads nothing. */
import type { Picture } from './picture.js';
import { DARK, drawingRules, LIGHT, SHAPES } from './style.js';
import { drawingOf } from './svg.js';
import { escapeXml } from './text.js';
import { type Grouping, viewOf } from './view.js';

/** What the page's script is told. */
export interface PageData {
  readonly picture: Picture;
  readonly group: Grouping;
  readonly closed: boolean;
  /** `vscode://file/home/me/project/{file}:{line}:{column}`, or null. */
  readonly editor: string | null;
}

export function renderHtml(data: PageData, script: string): string {
  const { project, stage } = data.picture;
  const view = viewOf(data.picture, { group: data.group, closed: () => data.closed });
  const { body, width, height } = drawingOf(view);
  // In a script, only `<` could end it.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const title = escapeXml(`${project}, stage ${stage}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>
${PAGE_STYLE}
${SHAPES}
${drawingRules(LIGHT, '')}
@media (prefers-color-scheme:dark){
${drawingRules(DARK, ':root:not([data-theme=light]) ')}
}
${drawingRules(DARK, ':root[data-theme=dark] ')}
</style>
</head>
<body>
<header>
<h1>${title}</h1>
<input id="search" type="search" placeholder="Search (press /)" aria-label="Search" autocomplete="off">
<span id="found" role="status"></span>
<label>Group by <select id="group"><option value="class">class</option><option value="folder">folder</option></select></label>
<button id="open-all">Open all</button><button id="close-all">Close all</button>
<button id="out" aria-label="Zoom out">\u2212</button><button id="fit">Fit</button><button id="in" aria-label="Zoom in">+</button>
<button id="theme">Light/dark</button>
</header>
<main>
<svg id="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="group" aria-label="${title}" tabindex="0"><g id="content">
${body}
</g></svg>
<aside id="details" aria-live="polite" hidden></aside>
</main>
<footer>Drag or arrow keys: move. Wheel, + and \u2212: zoom. 0: fit. /: search. Tab and Enter: choose. c: open or close. Esc: nothing chosen.</footer>
<script type="application/json" id="data">${json}</script>
<script>${script.replace(/<(?=\/script|!--)/gi, '\\x3c')}</script>
</body>
</html>
`;
}

const PAGE_STYLE = `:root{color-scheme:light dark;--page:${LIGHT.page};--text:${LIGHT.text};--muted:${LIGHT.muted};--line:#c9d0da;--field:#f4f6f9}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--page:${DARK.page};--text:${DARK.text};--muted:${DARK.muted};--line:#3a4352;--field:#1f2630}}
:root[data-theme=dark]{color-scheme:dark;--page:${DARK.page};--text:${DARK.text};--muted:${DARK.muted};--line:#3a4352;--field:#1f2630}
:root[data-theme=light]{color-scheme:light}
html,body{height:100%;margin:0}
body{display:flex;flex-direction:column;background:var(--page);color:var(--text);font:14px system-ui,Helvetica,Arial,sans-serif}
header{display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:8px 12px;border-bottom:1px solid var(--line)}
h1{font-size:15px;margin:0 8px 0 0}
button,select,input{font:inherit;color:inherit;background:var(--field);border:1px solid var(--line);border-radius:5px;padding:3px 8px}
#search{width:200px}
#found{min-width:70px;color:var(--muted)}
main{flex:1;display:flex;min-height:0}
svg{flex:1;min-width:0;height:100%;cursor:grab;touch-action:none;user-select:none}
.box,.row,.link{cursor:pointer}
.fold{cursor:pointer}
:focus-visible{outline:3px solid #e0409a;outline-offset:1px}
.link:focus-visible{outline:none}
.link:focus-visible path{stroke-width:6}
.faint{opacity:.18}
aside{width:340px;overflow:auto;padding:12px 14px;border-left:1px solid var(--line);overflow-wrap:anywhere}
aside h2{font-size:15px;margin:0 0 2px}
aside h3{font-size:13px;margin:14px 0 4px}
aside p,aside ul{margin:2px 0;padding:0}
aside li{list-style:none;margin:0 0 6px;padding-left:8px;border-left:2px solid var(--line)}
aside .muted{color:var(--muted)}
aside code{font:12px ui-monospace,monospace}
aside button{font-size:11px;padding:0 5px;margin-left:6px}
footer{padding:4px 12px;color:var(--muted);font-size:12px;border-top:1px solid var(--line)}`;
