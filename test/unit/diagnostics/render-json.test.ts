import { expect } from 'chai';
import { renderJson } from '../../../compiler/diagnostics/render-json.js';
import { context, diagnostic, span, spanOfText } from './example-catalogue.js';

const text = 'let a;\nlet name = 1;\n';

describe('renderJson', () => {
  it('carries everything, with offsets and with lines and columns', () => {
    const one = diagnostic({
      primary: { span: spanOfText(text, 'name'), text: 'this' },
      related: [{ span: spanOfText(text, 'a;'), text: 'that' }],
      notes: ['note'],
      hint: 'hint',
      fixes: [{ title: 'rename', edits: [{ span: spanOfText(text, 'name'), newText: 'other' }] }],
      stages: ['dev'],
    });
    const at = { file: 'src/a.ts', line: 2, column: 5, endLine: 2, endColumn: 9, start: 11, end: 15 };
    expect(JSON.parse(renderJson([one], context({ 'src/a.ts': text })))).to.deep.equal({
      schemaVersion: 1,
      tool: { name: 'nimbusc', version: '1.2.3' },
      diagnostics: [
        {
          code: 'NIM8001',
          slug: 'example-error',
          severity: 'error',
          message: 'it is wrong',
          ...at,
          label: 'this',
          related: [{ file: 'src/a.ts', line: 1, column: 5, endLine: 1, endColumn: 7, start: 4, end: 6, text: 'that' }],
          notes: ['note'],
          hint: 'hint',
          fixes: [{ title: 'rename', edits: [{ ...at, newText: 'other' }] }],
          stages: ['dev'],
        },
      ],
      summary: { errors: 1, warnings: 0, infos: 0 },
    });
  });

  it('has null where there is no place or no text', () => {
    const parsed = JSON.parse(
      renderJson([diagnostic(), diagnostic({ primary: { span: span(1, 2, 'x'), text: '' } })], context({})),
    );
    expect(parsed.diagnostics[0]).to.include({ file: null, line: null, column: null, start: null, end: null, label: null });
    expect(parsed.diagnostics[1]).to.include({ file: 'x', line: null, column: null, start: 1, end: 2, label: null });
  });

  it('is valid without diagnostics', () => {
    expect(JSON.parse(renderJson([], context({}))).diagnostics).to.deep.equal([]);
  });
});
