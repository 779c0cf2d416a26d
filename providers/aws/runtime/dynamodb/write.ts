// Values -> DynamoDB values, by Shape. What cannot be stored without loss is refused, with its place in the object.
import { NonRetryableException } from '../../../../runtime/core/errors.js';
import { type ClassShape, type Fields, propertyOf, required, type Shape } from '../../../../runtime/core/shape.js';
import { type Av, tagged, tagName } from './attribute-value.js';
import { classesIn, isObject, memberForWrite } from './families.js';

/** Beyond DynamoDB's own 32 levels; keeps a mistake from overflowing the stack. */
const maxDepth = 200;
/** DynamoDB's precision for numbers. */
const maxDigits = 38;

/** Where the writer is, for messages, and inside of what, to notice circles. */
class Place {
  readonly path: (string | number)[] = [];
  readonly inside = new Set<object>();
  /** Inside of a union that cannot tell its members apart: the classes whose instances are tagged. */
  classes: readonly ClassShape[] = [];
  constructor(readonly root: string) {}

  fail(problem: string): never {
    const path = this.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    throw new NonRetryableException(`${this.root}${path} cannot be stored: ${problem}`);
  }

  /** Writes the parts of an object. */
  within<T>(object: object, write: () => T): T {
    if (this.inside.has(object)) this.fail('it contains itself');
    if (this.inside.size > maxDepth) this.fail('it is nested too deeply (DynamoDB takes 32 levels)');
    this.inside.add(object);
    const result = write();
    this.inside.delete(object);
    return result;
  }

  at(step: string | number, shape: Shape, value: unknown): Av {
    this.path.push(step);
    const av = write(shape, value, this);
    this.path.pop();
    return av;
  }
}

/** @param name what the value is called in messages: `UserDetail.joined` */
export const toAttributeValue = (shape: Shape, value: unknown, name: string): Av => write(shape, value, new Place(name));

function write(type: Shape, value: unknown, place: Place): Av {
  const shape = required(type);
  if (typeof shape === 'string') {
    if (shape === 'date' && value instanceof Date) return { S: iso(value, place) };
    if (shape === 'bigint' && typeof value === 'bigint') return { N: digits(value, place) };
    return writeAny(value, place);
  }
  if ('u' in shape) return writeUnion(shape.u, value, place);
  if (Array.isArray(value)) {
    if ('a' in shape) return writeList(value, () => shape.a, place);
    if ('t' in shape) return writeList(value, (i) => shape.t[i] ?? shape.rest ?? 'any', place);
  } else if (value instanceof Set) {
    if ('s' in shape) return nativeSet(value, place) ?? writeList(value, () => shape.s, place);
  } else if (value instanceof Map) {
    if ('m' in shape) {
      const [k, v] = shape.m;
      if (k !== 'string') return writePairs(value, k, v, place);
      if ([...value.keys()].every((key) => typeof key === 'string'))
        return writeEntries(value, value as Map<string, unknown>, () => v, place);
    }
  } else if (isObject(value)) {
    if ('r' in shape) return writeEntries(value, Object.entries(value), () => shape.r, place);
    if ('o' in shape) return writeFields(value, shape.o, place, shape.rest);
    if ('c' in shape) return writeFields(value, shape.f, place);
  }
  return writeAny(value, place);
}

function writeUnion(union: readonly Shape[], value: unknown, place: Place): Av {
  const member = memberForWrite(union, value);
  if (member !== 'any') return write(member, value, place);
  const { classes } = place;
  place.classes = classesIn(union);
  const av = writeAny(value, place);
  place.classes = classes;
  return av;
}

/** Writes a value such that it can be read without a Shape. */
function writeAny(value: unknown, place: Place): Av {
  switch (typeof value) {
    case 'string':
      return { S: text(value, place) };
    case 'number':
      return { N: Number.isFinite(value) ? String(value) : place.fail(`${value} is not a finite number`) };
    case 'boolean':
      return { BOOL: value };
    case 'bigint':
      return tagged('bigint', { N: digits(value, place) });
    case 'undefined':
      return tagged('undefined');
    case 'object':
      return value === null ? { NULL: true } : writeAnyObject(value, place);
    default:
      return place.fail(`it is a ${typeof value}`);
  }
}

function writeAnyObject(value: object, place: Place): Av {
  if (value instanceof Uint8Array) return { B: new Uint8Array(value) };
  if (value instanceof Date) return tagged('date', { S: iso(value, place) });
  if (Array.isArray(value)) return writeList(value, () => 'any', place);
  if (value instanceof Set)
    return (
      nativeSet(value, place) ??
      tagged(
        'set',
        writeList(value, () => 'any', place),
      )
    );
  if (value instanceof Map) return tagged('map', writePairs(value, 'any', 'any', place));
  const ofClass = place.classes.find(({ c }) => value.constructor === c) ?? place.classes.find(({ c }) => value instanceof c);
  if (ofClass) return tagged('class', write(ofClass, value, place), ofClass.n);
  // An object of the platform keeps its state where it cannot be seen: stored as its properties it would be empty.
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Promise') place.fail('it is a Promise; an await is missing');
  if (kind !== 'Object') place.fail(`it is a ${kind}`);
  return writeFields(value as Record<string, unknown>, {}, place);
}

// --- parts

const writeList = (values: Iterable<unknown> & object, shapeAt: (i: number) => Shape, place: Place): Av =>
  place.within(values, () => ({ L: Array.from(values, (value, i) => place.at(i, shapeAt(i), value)) }));

const writePairs = (map: Map<unknown, unknown>, k: Shape, v: Shape, place: Place): Av =>
  place.within(map, () => ({
    L: Array.from(map, ([key, value], i) => ({ L: [place.at(i, k, key), place.at(i, v, value)] })),
  }));

/** Known properties by their Shapes, wherever they live (an accessor is on the prototype), and all others of its own. */
function writeFields(value: Record<string, unknown>, fields: Fields, place: Place, rest: Shape = 'any'): Av {
  const keys = new Set([...Object.keys(fields), ...Object.keys(value)]);
  const shapeOf = (key: string): Shape => (Object.hasOwn(fields, key) ? fields[key]! : rest);
  return writeEntries(
    value,
    Array.from(keys, (key) => [key, propertyOf(value, key)]),
    shapeOf,
    place,
  );
}

/** Undefined values are left out. */
function writeEntries(
  owner: object,
  entries: Iterable<readonly [string, unknown]>,
  shapeOf: (key: string) => Shape,
  place: Place,
): Av {
  return place.within(owner, () => {
    const written: [string, Av][] = [];
    for (const [key, value] of entries)
      if (value !== undefined) written.push([text(key, place), place.at(key, shapeOf(key), value)]);
    if (written.some(([key]) => key === '' || key === tagName))
      return tagged('object', { L: written.map(([key, av]) => ({ L: [{ S: key }, av] })) });
    return { M: Object.fromEntries(written) };
  });
}

/** DynamoDB's own sets hold values of one type, at least one, none of them empty or twice. */
function nativeSet(set: Set<unknown>, place: Place): Av | undefined {
  const values = [...set];
  if (values.length === 0) return undefined;
  if (values.every((v): v is string => typeof v === 'string' && v !== '')) return { SS: values.map((v) => text(v, place)) };
  if (values.every((v) => typeof v === 'number')) return { NS: values.map((v, i) => place.at(i, 'number', v).N!) };
  if (values.every((v): v is Uint8Array => v instanceof Uint8Array && v.length > 0)) {
    const distinct = new Set(values.map((v) => v.join()));
    if (distinct.size === values.length) return { BS: values.map((v) => new Uint8Array(v)) };
  }
  return undefined;
}

const iso = (date: Date, place: Place): string =>
  Number.isNaN(date.getTime()) ? place.fail('it is an invalid Date') : date.toISOString();

function digits(value: bigint, place: Place): string {
  const result = String(value);
  if (result.replace('-', '').length > maxDigits) place.fail(`a bigint may have ${maxDigits} digits in DynamoDB`);
  return result;
}

/** Half of a surrogate pair has no UTF-8 form and would arrive as a replacement character. */
const text = (value: string, place: Place): string =>
  /\p{Surrogate}/u.test(value) ? place.fail('the text is not valid Unicode') : value;
