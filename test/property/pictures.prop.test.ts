// Whatever names users give, each format stays what it is: names come out as they were put in, and nothing else does.
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { expect } from 'chai';
import fc from 'fast-check';
import type { GraphJson } from '../../compiler/ir/serialise.js';
import { pictureOf, renderDot, renderHtml, renderMermaid, renderSvg, type View, viewOf } from '../../compiler/pictures/index.js';
import { plain } from '../../compiler/pictures/text.js';
import { GraphMaker } from '../unit/compiler/pictures/sample-graph.js';
import { PATIENCE, runs } from './runs.js';

const HOSTILE = [
  '"]; end\n',
  '</text><script>alert(1)</script>',
  '\'"`',
  '`**x**`',
  '|a|',
  '-->',
  'end',
  'subgraph x',
  '%%{init: {}}%%',
  'click n1 href "x"',
  '\\',
  '\\"',
  '\\N',
  '\\n',
  '&quot;',
  '&amp;',
  '#quot;',
  '#35;',
  '<b>',
  ']]>',
  '<!--',
  '{}',
  'digraph',
  '->',
  ';',
  '\u202e',
  '\0',
  '\ud800',
  '\u{1f600}',
  '\u65e5\u672c',
  '::set-output',
  '$\\alpha$',
  '$$x$$',
  '</script',
  '@{ shape: x }',
  ':::removed',
  '__proto__',
  'constructor',
  '<br/>',
];
const name = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 6 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');

const graph = fc
  .array(fc.record({ className: name, method: name, file: name, route: name, store: name, operation: name }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => {
    const make = new GraphMaker(parts[0]?.file ?? '', parts[0]?.store ?? '');
    const api = make.node('http-api', parts[0]?.route ?? '', 'a.ts', 1, {}, 'api');
    for (const [index, part] of parts.entries()) {
      const id = make.node(
        'function',
        part.method,
        part.file,
        index + 1,
        { class: part.className, method: part.method },
        `f${index}:${part.method}`,
      );
      const route = make.node('http-route', part.route, part.file, index + 1, {}, `r${index}:${part.route}`);
      const store = make.node('document-store', part.store, part.file, 3, {}, `s${index}:${part.store}`);
      make.edge('contains', api, route, part.file, 1);
      make.edge('triggers', route, id, part.file, 1);
      make.edge('uses', id, store, part.file, 2, [part.operation]);
    }
    return make.done();
  });

const viewWith = (one: GraphJson): View => viewOf(pictureOf(one, null), { group: 'class', closed: () => false });

describe('Pictures of hostile names', function () {
  this.timeout(PATIENCE);

  it('are well-formed XML in SVG, with the names as text and no element or attribute more', () => {
    fc.assert(
      fc.property(graph, (one) => {
        const texts = readXml(renderSvg(viewWith(one)));
        for (const { name: title } of one.nodes.filter((node) => node['kind'] === 'document-store') as { name: string }[]) {
          expect(texts).to.include(plain(title));
        }
      }),
      runs(80),
    );
  });

  it('are one page in HTML, with the data as it was', () => {
    fc.assert(
      fc.property(graph, (one) => {
        const picture = pictureOf(one, null);
        const html = renderHtml({ picture, group: 'class', closed: false, editor: null }, 'run()');
        const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script/gi)];
        expect(scripts).to.have.length(2);
        expect(JSON.parse(scripts[0]?.[1] ?? '')).to.deep.equal(
          JSON.parse(JSON.stringify({ picture, group: 'class', closed: false, editor: null })),
        );
        expect(scripts[1]?.[1]).to.equal('run()');
      }),
      runs(80),
    );
  });

  it('are lines of the few forms in Mermaid, with entities for all that means something', () => {
    const label = String.raw`"(?:[\p{L}\p{N} _.,:()+~\u2212/-]|#\d+;|<br/>)*"`;
    const forms = [
      'flowchart LR',
      String.raw`subgraph n\d+\[${label}\]`,
      'direction LR',
      'end',
      String.raw`n\d+[([]${label}[)\]]`,
      String.raw`n\d+ (?:-\.->|==>|-->)(?:\|${label}\|)? n\d+`,
      String.raw`class n\d+(?:,n\d+)* \w+`,
      String.raw`classDef \w+ [\w#:,\- ]+`,
    ];
    const form = new RegExp(`^ *(?:${forms.join('|')})$`, 'u');
    fc.assert(
      fc.property(graph, (one) => {
        const text = renderMermaid(viewWith(one));
        for (const line of text.trimEnd().split('\n')) expect(line).to.match(form);
        const decoded = text.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
        for (const node of one.nodes.filter((each) => each['kind'] === 'document-store')) {
          expect(decoded).to.include(plain(node['name'] as string));
        }
      }),
      runs(80),
    );
  });

  it('are read by Graphviz as the nodes and edges that there are, and drawn with the names', async () => {
    const graphviz = await Graphviz.load();
    fc.assert(
      fc.property(graph, (one) => {
        const view = viewWith(one);
        const read = JSON.parse(graphviz.layout(renderDot(view), 'dot_json', 'nop')) as {
          objects: { label?: string; nodes?: unknown }[];
          edges: unknown[];
        };
        expect(read.edges).to.have.length(view.picture.links.length);
        expect(read.objects.filter((each) => each.nodes === undefined)).to.have.length(view.picture.items.length);
        // Labels as Graphviz has read them: its escapes and entities are still to be undone.
        const labels = read.objects.map((each) => (each.label ?? '').replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)));
        for (const node of one.nodes.filter((each) => each['kind'] === 'document-store')) {
          const wanted = plain(node['name'] as string);
          expect(labels.some((label) => label.replaceAll('&amp;', '&') === `${wanted}\ndocument store`)).to.equal(true);
        }
      }),
      runs(40),
    );
  });
});

/** The texts of a document that is well-formed; any other is an error. */
function readXml(xml: string): string[] {
  const open: string[] = [];
  const texts: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-z-]+="[^"<]*")*)(\/?)>|([^<]+)/giy;
  const start = xml.indexOf('<svg ');
  token.lastIndex = start;
  for (let at = start; at < xml.length; at = token.lastIndex) {
    const found = token.exec(xml);
    if (found === null) throw new Error(`no XML at ${at}: ${xml.slice(at, at + 80)}`);
    const [, closing, element = '', attributes = '', single, text] = found;
    for (const part of [attributes, text ?? '']) expect(part).to.not.match(/&(?!(amp|lt|gt|quot|#39);)/);
    if (text !== undefined) {
      if (open.at(-1) === 'title' || open.at(-1) === 'text') texts.push(decode(text));
    } else if (closing === '/') {
      expect(open.pop()).to.equal(element);
    } else {
      expect(['svg', 'title', 'style', 'rect', 'g', 'text', 'path', 'polygon']).to.include(element);
      expect(attributes).to.not.match(/ on[a-z]+=/);
      if (single !== '/') open.push(element);
    }
  }
  expect(open).to.deep.equal([]);
  return texts.flatMap((text) => [text, text.trim()]);
}

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
