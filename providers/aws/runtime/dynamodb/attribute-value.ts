// DynamoDB's values, and the way in which values are tagged that it has no own form for.
//
// Where a Shape says what a value is, it is written in DynamoDB's natural form: a Date as a string, a bigint as a number.
// Where it does not (`any`, a union in which two members have the same natural form), the value says itself what it is:
//
//   { M: { "$nimbus": { S: "date" }, v: { S: "2020-01-01T00:00:00.000Z" } } }
//
// Readers look for tags everywhere first, so a value that does not fit its Shape is tagged too and survives. An object
// with a property of the tag's name, or an empty name (which DynamoDB refuses), is tagged as a list of its entries.
import type { AttributeValue } from '../sdk/dynamodb.js';

export type Av = AttributeValue;
export type Item = Record<string, Av>;

export const tagName = '$nimbus';

export type Tag = 'date' | 'bigint' | 'set' | 'map' | 'object' | 'class' | 'undefined';

export const tagged = (tag: Tag, v?: Av, n?: string): Av => ({
  M: { [tagName]: { S: tag }, ...(v && { v }), ...(n !== undefined && { n: { S: n } }) },
});
