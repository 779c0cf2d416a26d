import { expect } from 'chai';
import { renderText } from '../../../compiler/diagnostics/render-text.js';
import { context, diagnostic, spanOfText } from './example-catalogue.js';

const orders = `${'\n'.repeat(13)}  @QueueServerlessFunction({ queue: OrdersTable, batchSize: 1 })\n`;
const tables = `${'\n'.repeat(5)}export class OrdersTable {}\n`;

describe('renderText', () => {
  it('shows the place, related places, stages, hint and where to read more', () => {
    const one = diagnostic({
      message: '"OrdersTable" is not a queue',
      primary: { span: spanOfText(orders, 'OrdersTable', 'src/orders.ts'), text: 'expected a class marked @Queue' },
      related: [{ span: spanOfText(tables, 'OrdersTable', 'src/tables.ts'), text: 'marked @KeyValueStore here' }],
      notes: ['a note'],
      hint: 'did you mean "OrdersQueue" (src/queues.ts:3)?',
      stages: ['dev', 'prod'],
    });
    const expected = `
error[NIM8001]: "OrdersTable" is not a queue
  --> src/orders.ts:14:37
   |
14 |   @QueueServerlessFunction({ queue: OrdersTable, batchSize: 1 })
   |                                     ^^^^^^^^^^^ expected a class marked @Queue
   |
  ::: src/tables.ts:6:14
   |
 6 | export class OrdersTable {}
   |              ----------- marked @KeyValueStore here
   |
   = note: a note
   = stages: dev, prod
   = hint: did you mean "OrdersQueue" (src/queues.ts:3)?
   = more: nimbusc explain NIM8001

1 error in 1 file
`;
    expect(renderText([one], context({ 'src/orders.ts': orders, 'src/tables.ts': tables }))).to.equal(expected.slice(1));
  });

  it('shows a problem of the whole project without a place', () => {
    expect(renderText([diagnostic({ hint: 'run it' })], context({}))).to.equal(
      'error[NIM8001]: it is wrong\n  = hint: run it\n  = more: nimbusc explain NIM8001\n\n1 error\n',
    );
  });

  it('shows the file alone when its text is not at hand', () => {
    const primary = { span: { file: 'gone.ts', start: 3, end: 5 }, text: 'this' };
    expect(renderText([diagnostic({ primary })], context({}))).to.include(' --> gone.ts: this\n  = more');
  });

  it('aligns the lines of a hint that shows code', () => {
    const hint = 'write:\n@A()\nb(): void {\n  c();\n}';
    expect(renderText([diagnostic({ hint })], context({}))).to.include(
      '  = hint: write:\n      @A()\n      b(): void {\n        c();\n      }\n',
    );
  });

  it('counts by severity and says in how many files', () => {
    const primary = (file: string) => ({ primary: { span: { file, start: 0, end: 1 }, text: '' } });
    const all = [
      diagnostic(primary('a.ts')),
      diagnostic(primary('b.ts')),
      diagnostic({ severity: 'warning', ...primary('c.ts') }),
      diagnostic({ severity: 'info', ...primary('a.ts') }),
    ];
    const text = renderText(all, context({}));
    expect(text).to.match(/\n\n2 errors, 1 warning, 1 info in 3 files\n$/u);
    expect(text).to.include('\n\nwarning[NIM8001]: it is wrong\n');
  });

  it('says nothing when there is nothing to say', () => {
    expect(renderText([], context({}))).to.equal('');
  });

  it('keeps control characters of the source away from the terminal', () => {
    const texts = { 'src/a.ts': 'let \u001b[2J;\n' };
    const text = renderText(
      [diagnostic({ message: 'bad "\u001b[2J\n"', primary: { span: spanOfText(texts['src/a.ts'], '['), text: '' } })],
      context(texts),
    );
    expect(text).to.not.include('\u001b');
    expect(text).to.include('error[NIM8001]: bad "\ufffd[2J "\n');
  });

  it('uses colour only when asked, and changes nothing else with it', () => {
    const primary = { span: spanOfText(tables, 'OrdersTable'), text: 'this' };
    const one = diagnostic({ primary, hint: 'do it' });
    const plain = renderText([one], context({ 'src/a.ts': tables }));
    const colored = renderText([one], context({ 'src/a.ts': tables }, { color: true }));
    expect(colored).to.include('\u001b[31m');
    expect(colored.replace(/\u001b\[\d+m/gu, '')).to.equal(plain);
  });

  it('gives the same for a file with CR LF and a byte order mark', () => {
    const other = `\ufeff${tables.replaceAll('\n', '\r\n')}`;
    const render = (text: string): string =>
      renderText([diagnostic({ primary: { span: spanOfText(text, 'OrdersTable'), text: '' } })], context({ 'src/a.ts': text }));
    expect(render(other)).to.equal(render(tables));
  });
});
