/** What the methods of lists, sets, maps, generators and event emitters do with what is in them. */
import { argument, everyArgument } from '../arguments.js';
import { invoke } from '../calls.js';
import { elementOf } from '../elements.js';
import { Cell, type ObjectKind, PRIMITIVE_VALUE } from '../values.js';
import { aliases, arg, type Call, callback, cellOf, elements, following, listOf, type Model, selfCell } from './native-call.js';

/** For each element: a call. */
function each(call: Call, result: Cell): Cell {
  const all = elements(call);
  callback(call, arg(call, 0), [all, call.machine.primitiveCell, selfCell(call)], result, arg(call, 1));
  return all;
}

/** Elements of a list change their places. */
function mix(call: Call): void {
  const { machine, self } = call;
  if (self?.t === 'object' && self.kind === 'list') machine.flow(machine.all(self), machine.field(self, '*'));
}

const give: Model = (call) => {
  if (call.self !== null) call.machine.add(call.to, call.self);
};

function keep(call: Call, from: number): void {
  const { machine, self, args } = call;
  if (self?.t !== 'object') return;
  for (const cell of everyArgument(machine, following(args, from))) machine.flow(cell, machine.field(self, '*'));
}

const giveElement: Model = (call) => {
  call.machine.add(call.to, PRIMITIVE_VALUE);
  call.machine.flow(elements(call), call.to);
};

const LIST: { readonly [method: string]: Model } = {
  map(call) {
    const result = new Cell();
    each(call, result);
    call.machine.add(call.to, listOf(call, result));
  },
  flatMap(call) {
    const { machine, site, to } = call;
    const result = new Cell();
    each(call, result);
    const list = listOf(call, result);
    elementOf(machine, result, -1, machine.field(list, '*'), site);
    machine.add(to, list);
  },
  forEach(call) {
    each(call, new Cell());
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  filter(call) {
    call.machine.add(call.to, listOf(call, each(call, new Cell())));
  },
  find(call) {
    call.machine.flow(each(call, new Cell()), call.to);
  },
  reduce(call) {
    const { machine, to } = call;
    const all = elements(call);
    const sum = new Cell();
    const first = arg(call, 1);
    if (first === null) machine.flow(all, sum);
    else machine.flow(first, sum);
    callback(call, arg(call, 0), [sum, all, machine.primitiveCell, selfCell(call)], sum);
    machine.flow(sum, to);
  },
  push(call) {
    keep(call, 0);
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  splice(call) {
    mix(call);
    keep(call, 2);
    giveCopy(call);
  },
  fill(call) {
    mix(call);
    keep(call, 0);
    give(call);
  },
  reverse(call) {
    mix(call);
    give(call);
  },
  shift(call) {
    mix(call);
    giveElement(call);
  },
  unshift(call) {
    mix(call);
    keep(call, 0);
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  concat(call) {
    const { machine, args, to, site } = call;
    const list = listOf(call, elements(call));
    for (const cell of everyArgument(machine, args)) {
      elementOf(machine, cell, -1, machine.field(list, '*'), site);
      machine.watch(cell, (value) => {
        if (value.t !== 'object' || value.kind !== 'list') machine.add(machine.field(list, '*'), value);
      });
    }
    machine.add(to, list);
  },
  sort(call) {
    mix(call);
    const all = elements(call);
    callback(call, arg(call, 0), [all, all], new Cell());
    give(call);
  },
  toSpliced(call) {
    const list = listOf(call, elements(call));
    for (const cell of everyArgument(call.machine, following(call.args, 1)))
      call.machine.flow(cell, call.machine.field(list, '*'));
    call.machine.add(call.to, list);
  },
  flat(call) {
    const { machine, to, site } = call;
    const list = listOf(call, elements(call));
    // However deep.
    elementOf(machine, machine.field(list, '*'), -1, machine.field(list, '*'), site);
    machine.add(to, list);
  },
  entries(call) {
    const { machine, site, to } = call;
    const entry = machine.allocate(site, 'list', 'entry');
    machine.add(machine.field(entry, '0'), PRIMITIVE_VALUE);
    machine.flow(elements(call), machine.field(entry, '1'));
    machine.add(to, listOf(call, cellOf(call, entry)));
  },
  next(call) {
    const { machine, site, to, self } = call;
    const result = machine.allocate(site, 'object', 'next');
    machine.flow(elements(call), machine.field(result, 'value'));
    if (self?.t === 'object' && self.kind === 'generator') {
      machine.flow(machine.field(self, 'result'), machine.field(result, 'value'));
      const sent = arg(call, 0);
      if (sent !== null) machine.flow(sent, machine.field(self, 'sent'));
    }
    machine.add(to, result);
  },
  at: giveElement,
  keys: (call) => call.machine.add(call.to, listOf(call, call.machine.primitiveCell)),
  slice: giveCopy,
  values: give,
};

function giveCopy(call: Call): void {
  call.machine.add(call.to, listOf(call, elements(call)));
}

const LIST_METHODS = aliases(LIST, {
  forEach: ['some', 'every', 'findIndex', 'findLastIndex'],
  find: ['findLast'],
  reduce: ['reduceRight'],
  sort: ['toSorted'],
  fill: ['copyWithin'],
  toSpliced: ['with'],
  at: ['pop'],
  slice: ['toReversed', 'take', 'drop', 'toArray'],
  values: ['@@iterator', '@@asyncIterator'],
  next: ['return', 'throw'],
});

const EMITTER: { readonly [method: string]: Model } = {
  on(call) {
    const { machine, self } = call;
    const listener = arg(call, 1);
    if (self?.t === 'object' && listener !== null)
      events(call, (event) => machine.flow(listener, machine.field(self, `on ${event ?? '*'}`)));
    give(call);
  },
  emit(call) {
    const { machine, self, args, site } = call;
    if (self?.t !== 'object') return;
    const given = following(args, 1);
    const call1 = (cell: Cell): void => machine.watch(cell, (fn) => invoke(machine, fn, self, given, new Cell(), site));
    events(call, (event) => {
      if (event === null) call1(machine.all(self));
      else {
        call1(machine.field(self, `on ${event}`));
        call1(machine.field(self, 'on *'));
      }
    });
    machine.add(call.to, PRIMITIVE_VALUE);
  },
  off: give,
};

/** Each event that the first argument may name; null: any. */
function events({ machine, args, self }: Call, act: (event: string | null) => void): void {
  const name = argument(machine, args, 0);
  const seen = new Set<string | null>();
  if (name === null || self === null) return;
  machine.watch(name, (value) => {
    const event = value.t === 'text' ? value.value : null;
    if (seen.has(event)) return;
    seen.add(event);
    act(event);
  });
}

const MAP: { readonly [method: string]: Model } = {
  get(call) {
    const { machine, self, to } = call;
    if (self?.t === 'object') machine.flow(machine.field(self, '*'), to);
  },
  set(call) {
    const { machine, self } = call;
    const key = arg(call, 0);
    const value = arg(call, 1);
    if (self?.t === 'object') {
      if (key !== null) machine.flow(key, machine.field(self, 'keys'));
      if (value !== null) machine.flow(value, machine.field(self, '*'));
    }
    give(call);
  },
  forEach(call) {
    const { machine, self } = call;
    if (self?.t !== 'object') return;
    const cells = [machine.field(self, '*'), machine.field(self, 'keys'), selfCell(call)];
    callback(call, arg(call, 0), cells, new Cell(), arg(call, 1));
    machine.add(call.to, PRIMITIVE_VALUE);
  },
  keys(call) {
    if (call.self?.t === 'object') call.machine.add(call.to, listOf(call, call.machine.field(call.self, 'keys'), 'keys'));
  },
  values(call) {
    if (call.self?.t === 'object') call.machine.add(call.to, listOf(call, call.machine.field(call.self, '*'), 'values'));
  },
  entries: give,
  '@@iterator': give,
};

const SET: { readonly [method: string]: Model } = aliases(
  {
    ...LIST_METHODS,
    add(call) {
      keep(call, 0);
      give(call);
    },
    union(call) {
      const list = listOf(call, elements(call));
      const other = arg(call, 0);
      if (other !== null) elementOf(call.machine, other, -1, call.machine.field(list, '*'), call.site);
      call.machine.add(call.to, list);
    },
    intersection: giveCopy,
  },
  { union: ['symmetricDifference'], intersection: ['difference'] },
);

export const METHODS: { readonly [K in ObjectKind]?: { readonly [method: string]: Model } } = {
  list: LIST_METHODS,
  generator: LIST_METHODS,
  set: SET,
  map: MAP,
  emitter: aliases(EMITTER, {
    on: ['once', 'addListener', 'prependListener', 'prependOnceListener'],
    off: ['removeListener', 'removeAllListeners', 'setMaxListeners'],
  }),
};
