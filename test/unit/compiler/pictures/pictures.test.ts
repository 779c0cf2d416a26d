// Pictures of a stage, in all formats: goldens of a small application and of what has changed in it, and what is true of large ones.
import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { expect } from 'chai';
import {
  isLarge,
  pictureOf,
  readGraph,
  renderDot,
  renderHtml,
  renderMermaid,
  renderSvg,
  viewOf,
} from '../../../../compiler/pictures/index.js';
import { layoutOf } from '../../../../compiler/pictures/layout.js';
import { textWidth } from '../../../../compiler/pictures/text.js';
import { expectGolden } from '../../../support/golden.js';
import { repositoryRoot } from '../../../support/repository.js';
import { GraphMaker, large, shop } from './sample-graph.js';

const OPEN = { group: 'class', closed: () => false } as const;
const CLOSED = { group: 'folder', closed: () => true } as const;

describe('The picture of a graph', () => {
  it('is the same bytes as ever in each format', () => {
    const files = new Map<string, string>();
    for (const [name, base] of [
      ['now', null],
      ['diff', shop(true)],
    ] as const) {
      const picture = pictureOf(shop(), base);
      const view = viewOf(picture, OPEN);
      files.set(`${name}.svg`, renderSvg(view));
      files.set(`${name}.mmd`, renderMermaid(view));
      files.set(`${name}.dot`, renderDot(view));
      files.set(`${name}.html`, renderHtml({ picture, group: 'class', closed: false, editor: null }, 'the script'));
    }
    expectGolden(fileURLToPath(new URL('test/unit/compiler/pictures/golden', `file://${repositoryRoot}/`)), files);
  });

  it('has routes at the functions that they start, and other starters by their kind', () => {
    const { items, links } = pictureOf(shop(), null);
    expect(items.map((item) => item.id)).to.deep.equal([
      'document-store:Order',
      'function:Mailer.send',
      'function:Orders.find',
      'function:Orders.place',
      'function:Reports.monthly',
      'http-api:HTTP API',
      'queue:mail',
      'starter:basic-trigger',
    ]);
    expect(items.find((item) => item.id === 'function:Orders.find')?.startedBy).to.deep.equal(['GET /orders/{id}']);
    const started = links.filter((link) => link.kind === 'triggers').map(({ from, to, by }) => `${from} ${to} ${by}`);
    expect(started).to.include('http-api:HTTP API function:Orders.find GET /orders/{id}');
    expect(started).to.include('starter:basic-trigger function:Reports.monthly cron(0 8 1 * ? *)');
    expect(links.find((link) => link.from === 'function:Orders.find' && link.kind === 'uses')?.places).to.deep.equal([
      { file: 'src/orders.ts', line: 13, column: 3 },
      { file: 'src/orders.ts', line: 17, column: 11 },
    ]);
  });

  it('keeps a topic with its own declaration, though it only starts functions', () => {
    const make = new GraphMaker('p', 'dev');
    const topic = make.node('notification-topic', 'news', 'src/topic.ts', 4);
    make.edge('triggers', topic, make.node('function', 'A.b', 'src/a.ts', 9, { class: 'A', method: 'b' }), 'src/a.ts', 9);
    expect(pictureOf(make.done(), null).items.map((item) => item.name)).to.deep.equal(['A.b', 'news']);
  });

  it('tells what is added, removed and changed, and nothing of what has only moved', () => {
    const { items, links } = pictureOf(shop(), shop(true));
    const changes = Object.fromEntries(items.map((item) => [item.id, item.change]));
    expect(changes).to.deep.equal({
      'document-store:Order': 'changed',
      'function:Mailer.send': 'same',
      'function:Orders.find': 'same',
      'function:Orders.place': 'same',
      'function:Reports.monthly': 'added',
      'http-api:HTTP API': 'same',
      'key-value-store:Log': 'removed',
      'queue:mail': 'same',
      'starter:basic-trigger': 'same',
    });
    const reads = links.find((link) => link.from === 'function:Orders.find' && link.kind === 'uses');
    expect(reads).to.deep.include({
      change: 'changed',
      operations: [
        { name: 'get', change: 'same' },
        { name: 'put', change: 'added' },
      ],
    });
    expect(links.find((link) => link.to === 'key-value-store:Log')?.change).to.equal('removed');
    const same = pictureOf(shop(), shop());
    expect([...same.items, ...same.links].every((one) => one.change === 'same')).to.equal(true);
  });

  it('says changes without colours too', () => {
    const svg = renderSvg(viewOf(pictureOf(shop(), shop(true)), OPEN));
    for (const text of ['>+ monthly<', '>\u2212 Log<', '>~ Order<', '~ put']) expect(svg).to.include(text);
    expect(svg).to.include('aria-label="Log, key value store, removed"');
    expect(renderSvg(viewOf(pictureOf(shop(), null), OPEN))).to.not.match(/>(\+|~|\u2212) /);
  });

  it('groups by class or folder, and shows closed groups without their functions', () => {
    const picture = pictureOf(large(), null);
    expect(isLarge(picture)).to.equal(true);
    expect(isLarge(pictureOf(shop(), null))).to.equal(false);
    const boxes = (group: 'class' | 'folder'): number =>
      viewOf(picture, { group, closed: () => true }).boxes.filter((box) => box.code).length;
    expect([boxes('class'), boxes('folder')]).to.deep.equal([40, 8]);
    const closed = renderSvg(viewOf(picture, CLOSED));
    expect(closed).to.include('>src/orders<').and.not.include('data-item="function:');
    expect(renderSvg(viewOf(picture, OPEN)).match(/data-item="function:/g)).to.have.length(200);
  });

  it('of 200 functions has no box or label over another', () => {
    for (const options of [
      OPEN,
      CLOSED,
      { group: 'class', closed: () => true } as const,
      { group: 'folder', closed: () => false } as const,
    ]) {
      const { boxes, bundles } = layoutOf(viewOf(pictureOf(large(), null), options));
      const labels = bundles.flatMap(({ label, labelAt }) => {
        if (labelAt === null) return [];
        const width = textWidth(label, 11) + 8;
        return [{ x: labelAt.x - width / 2, y: labelAt.y - 8, width, height: 16 }];
      });
      const all = [...boxes.values(), ...labels];
      const overlaps = all.flatMap((a, index) =>
        all
          .slice(index + 1)
          .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
      );
      expect(overlaps).to.deep.equal([]);
    }
  });

  it('is the same again, and of any order of nodes and edges', () => {
    const graph = large();
    const svg = renderSvg(viewOf(pictureOf(graph, null), OPEN));
    const turned = { ...graph, nodes: [...graph.nodes].reverse(), edges: [...graph.edges].reverse() };
    expect(renderSvg(viewOf(pictureOf(graph, null), OPEN)) === svg).to.equal(true);
    expect(renderSvg(viewOf(pictureOf(turned, null), OPEN)) === svg).to.equal(true);
  });

  it('in DOT has a node for each function and an edge for each link, as Graphviz reads it', async () => {
    const graphviz = await Graphviz.load();
    const picture = pictureOf(large(), null);
    const read = JSON.parse(graphviz.layout(renderDot(viewOf(picture, OPEN)), 'dot_json', 'nop')) as {
      objects: { label?: string; nodes?: unknown }[];
      edges: unknown[];
    };
    expect(read.edges).to.have.length(picture.links.length);
    expect(read.objects.filter((one) => one.nodes === undefined)).to.have.length(picture.items.length);
  });

  it('as a page asks for nothing from anywhere', () => {
    const html = renderHtml({ picture: pictureOf(shop(), null), group: 'class', closed: false, editor: null }, 'f("</script>")');
    expect(html).to.not.match(/<(link|img|iframe|script src|style src)|@import|url\(/);
    expect(html.match(/https?:\/\/[^"\s]+/g)).to.deep.equal(['http://www.w3.org/2000/svg']);
    expect(html.match(/<\/script>/g)).to.have.length(2);
    expect(html).to.include("default-src 'none'");
  });
});

describe('A graph to compare with', () => {
  it('is read when it is one, and refused when it is not', () => {
    expect(readGraph(JSON.stringify(shop()))).to.deep.equal(shop());
    const { nodes, edges } = shop();
    const wrong: unknown[] = [
      null,
      [],
      {},
      { ...shop(), schemaVersion: 2 },
      { ...shop(), nodes: {} },
      { ...shop(), nodes: [{ ...nodes[0], source: null }] },
      { ...shop(), nodes: [{ ...nodes[0], name: 3 }] },
      { ...shop(), edges: [{ ...edges[0], operations: [1] }] },
      { ...shop(), edges: [{ ...edges[0], because: [{}] }] },
    ];
    for (const one of wrong) expect(readGraph(JSON.stringify(one))).to.equal(null);
    expect(readGraph('{')).to.equal(null);
  });
});
