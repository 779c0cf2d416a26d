// Text and references in Terraform strings.
import { expect } from 'chai';
import fc from 'fast-check';
import { longest, ref, render, type Template } from '../../../providers/aws/template.js';
import { canonicalJson, escapeDeep, escapeTemplate, type Json, readableJson } from '../../../providers/aws/text.js';

/** As Terraform evaluates a string: interpolations of references (`x1`) and of quoted text, and the two escapes. */
function evaluate(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    if (rest.startsWith('$${') || rest.startsWith('%%{')) {
      result += rest.slice(1, 3);
      at += 3;
    } else if (rest.startsWith('%{')) throw new Error(`a directive in ${text}`);
    else if (rest.startsWith('${')) {
      const match = /^\$\{(?:"([^"\\]*)"|(x\d+))\}/.exec(rest);
      if (match === null) throw new Error(`an expression that nobody wrote in ${text}`);
      result += match[1] ?? `<${match[2]}>`;
      at += match[0].length;
    } else {
      result += rest[0];
      at += 1;
    }
  }
  return result;
}

const awkward = fc.oneof(
  fc.string({ unit: fc.constantFrom('$', '%', '{', '}', 'x', '"', '\\', '\n', 'é') }),
  fc.constantFrom('${x1}', '$${x}', '%{if true}', '${TfToken[TOKEN.0]}', '-1.8881545897087503e+289', '$', '%', '$$'),
);
const template: fc.Arbitrary<Template> = fc.array(
  fc.oneof(
    awkward,
    fc.nat(9).map((n) => ref(`x${n}`, 3)),
  ),
);

describe('aws: templates', () => {
  it('give the text back as it is, and the values of the references', () => {
    fc.assert(
      fc.property(template, (parts) => {
        const expected = parts.map((part) => (typeof part === 'string' ? part : `<${part.expression}>`)).join('');
        expect(evaluate(render(parts))).to.equal(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('escape user text that stands alone', () => {
    fc.assert(fc.property(awkward, (text) => evaluate(escapeTemplate(text)) === text));
    expect(escapeDeep({ s3: { key: '${HOME}', list: ['%{x}', 1, true, null] } })).to.deep.equal({
      s3: { key: '$${HOME}', list: ['%%{x}', 1, true, null] },
    });
  });

  it('know how long their value may get', () => {
    expect(longest(['é', ref('aws_x.y.arn', 10), 'ab'])).to.equal(14);
  });
});

describe('aws: JSON', () => {
  it('is the same for the same value, however it was put together', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = value as Json;
        const shuffled = JSON.parse(JSON.stringify(json), (_, item: unknown) =>
          item !== null && typeof item === 'object' && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).reverse())
            : item,
        ) as Json;
        expect(canonicalJson(shuffled)).to.equal(canonicalJson(json));
        expect(JSON.parse(canonicalJson(json))).to.deep.equal(JSON.parse(JSON.stringify(json)));
        expect(JSON.parse(readableJson(json))).to.deep.equal(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it('has keys by code unit, two spaces, and nothing undefined', () => {
    expect(readableJson({ b: [1, {}], a: { Z: [], y: 'é"\n' }, '10': 1, '9': 2 })).to.equal(
      '{\n  "10": 1,\n  "9": 2,\n  "a": {\n    "Z": [],\n    "y": "é\\"\\n"\n  },\n  "b": [\n    1,\n    {}\n  ]\n}',
    );
    expect(canonicalJson({ a: undefined as never, b: 'x' })).to.equal('{"b":"x"}');
  });
});
