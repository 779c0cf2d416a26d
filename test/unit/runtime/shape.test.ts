import { expect } from 'chai';
import { toJson } from '../../../runtime/core/shape.js';

describe('toJson', () => {
  it('leaves undefined out and has no text for it alone', () => {
    expect(toJson(undefined)).to.equal(undefined);
    expect(toJson({ a: undefined, b: null })).to.equal('{"b":null}');
  });

  it('writes what JSON has no form for', () => {
    expect(toJson(new Date(0))).to.equal('"1970-01-01T00:00:00.000Z"');
    expect(toJson([1n])).to.equal('["1"]');
    expect(toJson({ a: new Uint8Array([255]), b: Buffer.from([255]) })).to.equal('{"a":"/w==","b":"/w=="}');
    expect(toJson(new Set(['a', 1n]))).to.equal('["a","1"]');
    expect(toJson(new Map([['a', new Map([[1, 2]])]]))).to.equal('{"a":[[1,2]]}');
  });

  it('writes a part of a buffer, not all of it', () => {
    expect(toJson(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).to.equal('"AgM="');
  });

  it('throws for a value that contains itself', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => toJson(circle)).to.throw(TypeError);
  });
});
