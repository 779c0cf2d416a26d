import { expect } from 'chai';
import type { WireType } from '../../../compiler/ir/wire-type.js';
import * as decode from '../../../runtime/core/decode.js';
import * as encode from '../../../runtime/core/encode.js';
import { array, literal, named, number, object, text, union, writerOf } from '../../support/wire-types.js';

const texts: WireType = { t: 'map', key: text, of: number };
const pairs: WireType = { t: 'map', key: number, of: number };
const none = () => new Map<string, number>();

/** The JSON of a value, written by its type. */
const json = (type: WireType, value: unknown): string | undefined => writerOf(type)?.(value);

describe('writers of results', () => {
  it('share no name with readers, beside which generated entries import them', () => {
    expect(Object.keys(encode).filter((name) => name in decode)).to.deep.equal([]);
  });

  it('write a map in the form of its type, when it is empty', () => {
    expect(json(pairs, none())).to.equal('[]');
    expect(json(object({ a: texts, b: pairs }), { a: none(), b: none() })).to.equal('{"a":{},"b":[]}');
    expect(writerOf(texts)).to.equal(null);
  });

  it('take a property for what is declared of it, not for one of the others', () => {
    const type = object({ a: texts, 'b?': pairs }, { index: pairs });
    expect(json(type, { a: none(), b: none(), c: none() })).to.equal('{"a":{},"b":[],"c":[]}');
    const inherited = object({ a: texts }, { index: pairs });
    expect(json(inherited, { toString: none(), constructor: none() })).to.equal('{"toString":[],"constructor":[]}');
  });

  it('take the items of a tuple for what they are, not for its rest', () => {
    const type: WireType = { t: 'tuple', items: [texts, number], required: 1, rest: pairs };
    expect(json(type, [none(), 1, none(), none()])).to.equal('[{},1,[],[]]');
    expect(json(type, [none()])).to.equal('[{}]');
  });

  it('go by the tag of a union', () => {
    const plain = named('Plain', object({ kind: literal('plain'), of: texts }));
    const paired = named('Paired', object({ kind: union(literal('one'), literal('two')), of: pairs }));
    const type = array(union(plain, named('Both', union(paired, { t: 'null' })), text));
    const value = [{ kind: 'plain', of: none() }, { kind: 'two', of: none() }, { kind: 'one', of: none() }, null, 'x'];
    expect(json(type, value)).to.equal('[{"kind":"plain","of":{}},{"kind":"two","of":[]},{"kind":"one","of":[]},null,"x"]');
  });

  it('go to all members of a union without a tag', () => {
    const type = union(object({ a: pairs }), object({ b: array(pairs) }));
    expect(json(type, { a: none() })).to.equal('{"a":[]}');
    expect(json(type, { b: [none()] })).to.equal('{"b":[[]]}');
  });
});
