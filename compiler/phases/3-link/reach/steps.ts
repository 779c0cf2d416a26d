/**
 * What each step of a function does: it tells cells where their values go, and watches those whose values decide what happens.
 * In one table by the name of the step, so that finding what to do takes as long for each.
 */
import type { Ref, Step } from '../../../ir/body-facts.js';
import type { Range } from '../../../ir/facts.js';
import { argsOf, NO_ARGS } from './arguments.js';
import { generatorOf, homeOf, invoke } from './calls.js';
import { classValue, construct, runBase } from './construction.js';
import { awaitValue, coerce, typed } from './conversions.js';
import { copy } from './copies.js';
import { elementOf } from './elements.js';
import { leakAll, noteEscape } from './escapes.js';
import type { Machine } from './machine.js';
import { loadFrom, pickFrom, send, storeTo, superMember } from './members.js';
import { bindingTo, nameTo } from './modules.js';
import { type Activation, type Args, Cell, EXTERNAL, type FunctionInfo, PRIMITIVE_VALUE, type Site } from './values.js';

/** Of texts that are put together; names of resources are shorter, and there are fewer of them. */
const LONGEST_TEXT = 2048;
const MOST_TEXTS = 8;

type Name = Step[0];
type StepOf<N extends Name> = Extract<Step, readonly [N, ...(readonly unknown[])]>;
/** `id`: the step's number. */
type Does<S extends Step> = (machine: Machine, step: S, act: Activation, id: number) => void;

export function execute(machine: Machine, act: Activation): void {
  const { body, base } = act.info;
  const { steps } = body;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as Step;
    (STEPS[step[0]] as Does<Step>)(machine, step, act, base + index);
  }
}

function here(act: Activation, id: number): Site {
  return { id, act, at: act.info.body.at };
}

function siteAt(act: Activation, id: number, at: Range): Site {
  return { id, act, at };
}

function given(machine: Machine, act: Activation, args: readonly Ref[], spread: number): Args {
  return argsOf(
    args.map((ref) => machine.cell(act, ref)),
    spread,
  );
}

const STEPS: { readonly [N in Name]: Does<StepOf<N>> } = {
  move(machine, step, act) {
    machine.flow(machine.cell(act, step[2]), machine.cell(act, step[1]));
  },
  text(machine, step, act) {
    machine.add(machine.cell(act, step[1]), machine.text(step[2]));
  },
  join(machine, step, act) {
    const parts = step[2].map((part) => machine.cell(act, part));
    joinTexts(machine, parts, machine.cell(act, step[1]), '');
  },
  name(machine, step, act) {
    nameTo(machine, act.info.module, step[2], machine.cell(act, step[1]));
  },
  function(machine, step, act) {
    machine.add(machine.cell(act, step[1]), machine.closure(act.info.module.functions[step[2]] as FunctionInfo, act));
  },
  class(machine, [, to, index, base], act, id) {
    const cls = classValue(machine, index, here(act, id));
    if (base !== null) machine.flow(machine.cell(act, base), cls.base);
    machine.add(machine.cell(act, to), cls);
  },
  object(machine, step, act, id) {
    machine.add(machine.cell(act, step[1]), machine.allocate(here(act, id), 'object'));
  },
  list(machine, step, act, id) {
    machine.add(machine.cell(act, step[1]), machine.allocate(here(act, id), 'list'));
  },
  load(machine, step, act, id) {
    const to = machine.cell(act, step[1]);
    machine.watch(machine.cell(act, step[2]), (owner) => loadFrom(machine, owner, step[3], to, here(act, id)));
  },
  store(machine, step, act, id) {
    const from = machine.cell(act, step[3]);
    machine.watch(machine.cell(act, step[1]), (owner) => storeTo(machine, owner, step[2], from, here(act, id)));
  },
  pick(machine, [, result, object, name, at], act, id) {
    const to = machine.cell(act, result);
    const keys = machine.cell(act, name);
    const site = siteAt(act, id, at);
    machine.watch(machine.cell(act, object), (owner) => machine.watch(keys, (key) => pickFrom(machine, owner, key, to, site)));
  },
  place(machine, [, object, name, value], act, id) {
    const from = machine.cell(act, value);
    const keys = machine.cell(act, name);
    const site = here(act, id);
    machine.watch(machine.cell(act, object), (owner) =>
      machine.watch(keys, (key) => storeTo(machine, owner, key.t === 'text' ? key.value : '*', from, site)),
    );
  },
  accessor(machine, [, owner, name, kind, fn], act, id) {
    // Called where it is made: who reads it, and whether, is not asked.
    machine.watch(machine.cell(act, owner), (object) =>
      machine.watch(machine.cell(act, fn), (accessor) => {
        if (object.t !== 'object') return;
        const field = machine.field(object, name);
        if (kind === 'get') invoke(machine, accessor, object, NO_ARGS, field, here(act, id));
        else invoke(machine, accessor, object, argsOf([field], -1), new Cell(), here(act, id));
      }),
    );
  },
  copy(machine, [, to, from], act) {
    const source = machine.cell(act, from);
    machine.watch(machine.cell(act, to), (into) => machine.watch(source, (one) => copy(machine, into, one)));
  },
  call(machine, [, result, callee, args, spread, at], act, id) {
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    const to = machine.cell(act, result);
    machine.watch(machine.cell(act, callee), (fn) => invoke(machine, fn, null, passed, to, site));
  },
  send(machine, [, result, owner, name, args, spread, at], act, id) {
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    const to = machine.cell(act, result);
    machine.watch(machine.cell(act, owner), (object) => send(machine, object, name, passed, to, site));
  },
  sendpick(machine, [, result, owner, name, args, spread, at], act, id) {
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    const to = machine.cell(act, result);
    machine.watch(machine.cell(act, owner), (object) => {
      const members = new Cell();
      machine.watch(machine.cell(act, name), (key) => pickFrom(machine, object, key, members, site));
      machine.watch(members, (member) => invoke(machine, member, object, passed, to, site));
    });
  },
  new(machine, [, result, callee, args, spread, at], act, id) {
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    const to = machine.cell(act, result);
    machine.watch(machine.cell(act, callee), (fn) => construct(machine, fn, passed, to, site));
  },
  base(machine, [, args, spread, at, self], act, id) {
    const around = homeOf(act);
    if (around === null) return;
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    machine.watch(machine.cell(act, self), (object) => {
      if (object.t === 'object') machine.watch(around.home.base, (base) => runBase(machine, base, object, passed, site));
    });
  },
  superload(machine, [, result, name, self], act, id) {
    const to = machine.cell(act, result);
    superMember(machine, act, name, self, here(act, id), (member) => machine.flow(member, to));
  },
  supersend(machine, [, result, name, args, spread, at, self], act, id) {
    const passed = given(machine, act, args, spread);
    const site = siteAt(act, id, at);
    const to = machine.cell(act, result);
    superMember(machine, act, name, self, site, (members, object) =>
      machine.watch(members, (member) => invoke(machine, member, object, passed, to, site)),
    );
  },
  element(machine, step, act, id) {
    elementOf(machine, machine.cell(act, step[2]), step[3], machine.cell(act, step[1]), here(act, id));
  },
  await(machine, step, act, id) {
    awaitValue(machine, machine.cell(act, step[2]), machine.cell(act, step[1]), here(act, id));
  },
  return(machine, step, act) {
    machine.flow(machine.cell(act, step[1]), act.result);
  },
  yield(machine, [, to, from], act) {
    const generator = generatorOf(machine, act);
    machine.flow(machine.cell(act, from), machine.field(generator, '*'));
    machine.flow(machine.field(generator, 'sent'), machine.cell(act, to));
  },
  yieldall(machine, [, to, from], act, id) {
    const generator = generatorOf(machine, act);
    const source = machine.cell(act, from);
    elementOf(machine, source, -1, machine.field(generator, '*'), here(act, id));
    machine.watch(source, (inner) => {
      if (inner.t !== 'object' || inner.kind !== 'generator') return;
      machine.flow(machine.field(inner, 'result'), machine.cell(act, to));
      machine.flow(machine.field(generator, 'sent'), machine.field(inner, 'sent'));
    });
  },
  throw(machine, step, act) {
    machine.flow(machine.cell(act, step[1]), machine.thrown);
  },
  catch(machine, step, act) {
    const to = machine.cell(act, step[1]);
    machine.flow(machine.thrown, to);
    // What others throw holds nothing of the project's.
    machine.add(to, PRIMITIVE_VALUE);
  },
  typed(machine, step, act) {
    typed(machine, machine.cell(act, step[1]), act.info.module.file, step[2]);
  },
  coerce(machine, step, act, id) {
    coerce(machine, machine.cell(act, step[1]), here(act, id));
  },
  any(machine, [, from, at], act, id) {
    machine.watch(machine.cell(act, from), (value) => {
      if (value.t === 'client') noteEscape(machine, value, 'any', siteAt(act, id, at));
    });
  },
  import: (machine, [, result, specifier], act) => {
    const to = machine.cell(act, result);
    const target = machine.program.graph.source.resolve(act.info.module.file, specifier);
    if (target.of === 'nimbus') machine.add(to, machine.nimbusValue('*'));
    else if (target.of === 'file') bindingTo(machine, { of: 'module', file: target.file }, to);
    else machine.add(to, EXTERNAL);
  },
  leak(machine, [, from, at], act, id) {
    leakAll(machine, machine.cell(act, from), siteAt(act, id, at));
  },
  eval: (machine, [, range], act, id) => {
    for (let at: Activation | null = act; at !== null; at = at.env)
      for (let register = 0; register < at.info.body.registers; register++)
        leakAll(machine, machine.cell(at, register), siteAt(act, id, range));
  },
  replace(machine, [, cls, name, isStatic, from], act) {
    machine.watch(machine.cell(act, cls), (owner) => {
      if (owner.t !== 'class') return;
      machine.flow(machine.cell(act, from), machine.field(isStatic ? owner : machine.prototypeOf(owner), name));
    });
  },
};

/** A text that is put together, as names of resources are; which it is stays open when there are too many of them. */
function joinTexts(machine: Machine, [part, ...others]: readonly Cell[], to: Cell, before: string): void {
  if (part === undefined) machine.add(to, machine.text(before));
  else
    machine.watch(part, (value) => {
      const text = value.t === 'text' ? before + value.value : null;
      if (text === null || text.length > LONGEST_TEXT || to.values.length >= MOST_TEXTS) machine.add(to, PRIMITIVE_VALUE);
      else joinTexts(machine, others, to, text);
    });
}
