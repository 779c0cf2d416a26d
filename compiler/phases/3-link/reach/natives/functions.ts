/** What methods of promises and of functions do, and functions that stand for themselves. */
import { argsOf, everyArgument } from '../arguments.js';
import { invoke } from '../calls.js';
import { elementOf } from '../elements.js';
import { type Args, Cell, PRIMITIVE_VALUE } from '../values.js';
import { constructNative } from './making.js';
import { arg, type Call, callback, cellOf, following, giveFirst, type Model } from './native-call.js';

export const FUNCTIONS: { readonly [name: string]: Model } = {
  // Of promises, which are what they resolve to.
  // biome-ignore lint/suspicious/noThenProperty: a model of the method of that name, in a table that nobody awaits
  then(call) {
    const { machine, self, to } = call;
    const [resolved, rejected] = [arg(call, 0), arg(call, 1)];
    if (self === null) return;
    if (resolved === null) machine.add(to, self);
    else {
      const args = argsOf([cellOf(call, self)]);
      machine.watch(resolved, (fn) => {
        if (fn.t === 'primitive') machine.add(to, self);
        else invoke(machine, fn, null, args, to, call.site);
      });
    }
    callback(call, rejected, [reasons(call)], to);
  },
  catch(call) {
    if (call.self !== null) call.machine.add(call.to, call.self);
    callback(call, arg(call, 0), [reasons(call)], call.to);
  },
  finally(call) {
    if (call.self !== null) call.machine.add(call.to, call.self);
    callback(call, arg(call, 0), [], new Cell());
  },
  call(call) {
    const { machine, self, args, to, site } = call;
    if (self === null) return;
    const given = following(args, 1);
    const first = arg(call, 0);
    invoke(machine, self, null, given, to, site);
    if (first !== null) machine.watch(first, (value) => invoke(machine, self, value, given, to, site));
  },
  apply(call) {
    const { machine, self, to, site } = call;
    if (self === null) return;
    const given: Args = { fixed: [], rest: arg(call, 1), elements: null, unknown: false };
    // Lists keep their places where they are known.
    const placed: Args = { ...given, fixed: [0, 1, 2, 3, 4, 5].map((index) => placeOf(call, given.rest, index)) };
    const first = arg(call, 0);
    invoke(machine, self, null, placed, to, site);
    if (first !== null) machine.watch(first, (value) => invoke(machine, self, value, placed, to, site));
  },
  bind(call) {
    const { machine, self, args, to, site } = call;
    if (self !== null) machine.add(to, machine.bound(self, arg(call, 0), following(args, 1), site));
  },
  later(call) {
    const { machine, args, to, site } = call;
    const fn = arg(call, 0);
    machine.add(to, PRIMITIVE_VALUE);
    if (fn === null) return;
    // After the delay, which not all of them have.
    const given = [following(args, 1), following(args, 2)];
    machine.watch(fn, (value) => {
      for (const one of given) invoke(machine, value, null, one, new Cell(), site);
    });
  },
  structuredClone: giveFirst,
  /** One that is not here, perhaps because it is younger: it may call what it is handed, and give any of it. */
  unknown(call) {
    const { machine, self, args, to, site } = call;
    const known = new Cell();
    machine.add(known, PRIMITIVE_VALUE);
    for (const cell of everyArgument(machine, args)) machine.flow(cell, known);
    if (self !== null) machine.add(known, self);
    elementOf(machine, known, -1, known, site);
    machine.flow(known, to);
    machine.watch(known, (value) => {
      if (value.t === 'function' || value.t === 'operation')
        invoke(machine, value, null, argsOf([known, known, known]), known, site);
    });
  },
  Object: giveFirst,
  Array: (call) => constructNative(call.machine.native('Array'), call.args, call.to, call.site, call.machine),
  Error: (call) => constructNative(call.machine.native('Error'), call.args, call.to, call.site, call.machine),
};

function placeOf({ machine, site }: Call, list: Cell | null, index: number): Cell {
  const cell = new Cell();
  if (list !== null) elementOf(machine, list, index, cell, site);
  return cell;
}

/** What a rejected promise may be rejected with. */
function reasons(call: Call): Cell {
  const cell = cellOf(call, PRIMITIVE_VALUE);
  call.machine.flow(call.machine.thrown, cell);
  return cell;
}
