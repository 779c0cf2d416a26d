/**
 * Values from outside, by the types that the text gives them: bodies, items of stores, what packages return. A class is an
 * instance of it, made by its constructor or not; an interface is any object of the project that implements it.
 */

import type { TypeFact, TypePropFact } from '../../../ir/facts.js';
import type { ProjectPath } from '../../../ir/span.js';
import type { Binding } from '../../2-read/module-graph.js';
import { UNKNOWN_ARGS } from './arguments.js';
import { runConstructor } from './construction.js';
import type { Machine } from './machine.js';
import { bindingTo } from './modules.js';
import { Cell, type Cls, EXTERNAL, type Obj, type ObjectKind } from './values.js';

/** Of nested aliases and interfaces that extend each other. */
const MAX_DEPTH = 20;

/** Types of the language that pass on what their argument is. */
const TRANSPARENT = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Partial',
  'Required',
  'Readonly',
  'NonNullable',
  'Pick',
  'Omit',
]);
const LISTS = new Set([
  'Array',
  'ReadonlyArray',
  'Iterable',
  'AsyncIterable',
  'Iterator',
  'AsyncIterator',
  'Generator',
  'AsyncGenerator',
]);
const SETS = new Set(['Set', 'ReadonlySet']);
const MAPS = new Set(['Map', 'ReadonlyMap']);

const NATIVE_KINDS: { readonly [name: string]: ObjectKind } = {
  Array: 'list',
  Map: 'map',
  Set: 'set',
  EventEmitter: 'emitter',
  Error: 'error',
};

export class Types {
  private readonly cells = new Map<string, Cell>();
  /** Instances by the class or interface that they are of. */
  private readonly instances = new Map<string, Cell>();

  constructor(private readonly machine: Machine) {}

  /** What of the language the instances of a class are. */
  kindOf(cls: Cls, depth = 0): ObjectKind {
    for (const base of cls.base.values) {
      if (base.t === 'native') return NATIVE_KINDS[base.name] ?? 'object';
      if (base.t === 'class' && depth < MAX_DEPTH) return this.kindOf(base, depth + 1);
    }
    return 'object';
  }

  /** An instance has been made. */
  instance(object: Obj, cls: Cls, depth = 0): void {
    const { machine } = this;
    machine.add(this.instancesOf(classKey(cls)), object);
    for (const type of cls.body.implements) this.implemented(object, cls.module.file, type, depth);
    machine.watch(cls.base, (base) => {
      if (base.t === 'class' && depth < MAX_DEPTH) this.instance(object, base, depth + 1);
    });
  }

  private implemented(object: Obj, file: ProjectPath, type: TypeFact, depth: number): void {
    const binding = type.t === 'ref' ? this.binding(file, type.name) : null;
    if (binding?.of !== 'type' || depth > MAX_DEPTH) return;
    this.machine.add(this.instancesOf(`${binding.file}#${binding.name}`), object);
    if (binding.fact.t === 'interface')
      for (const base of binding.fact.extends) this.implemented(object, binding.file, base, depth + 1);
    else this.implemented(object, binding.file, binding.fact.type, depth + 1);
  }

  private instancesOf(key: string): Cell {
    let cell = this.instances.get(key);
    if (cell === undefined) {
      cell = new Cell();
      this.instances.set(key, cell);
    }
    return cell;
  }

  valuesOf(file: ProjectPath, type: TypeFact): Cell {
    const key = `${file}:${type.at[0]}:${type.at[1]}`;
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = new Cell();
      this.cells.set(key, cell);
      this.fill(cell, file, type, 0);
    }
    return cell;
  }

  private fill(to: Cell, file: ProjectPath, type: TypeFact, depth: number): void {
    const { machine } = this;
    if (depth > MAX_DEPTH) return;
    switch (type.t) {
      case 'union':
        for (const one of type.of) this.fill(to, file, one, depth + 1);
        return;
      case 'array':
        this.container(to, file, type, 'list', type.of);
        return;
      case 'tuple': {
        const list = machine.newObject(`outside ${file}:${type.at[0]}`, 'list', null, 0);
        type.items.forEach((item, index) => {
          machine.flow(this.valuesOf(file, item), machine.field(list, String(index)));
        });
        machine.add(to, list);
        return;
      }
      case 'object':
        machine.add(to, this.plainObject(file, type.props, type.index, `${file}:${type.at[0]}`));
        return;
      case 'ref':
        this.reference(to, file, type, depth);
        return;
      case 'keyword':
        if (type.name === 'any' || type.name === 'unknown') machine.add(to, EXTERNAL);
        return;
      default:
        return;
    }
  }

  private reference(to: Cell, file: ProjectPath, type: TypeFact & { readonly t: 'ref' }, depth: number): void {
    const binding = this.binding(file, type.name);
    const { machine } = this;
    if (binding === null) return;
    if (binding.of === 'global') {
      const [first, second] = type.args;
      if (TRANSPARENT.has(binding.name) && first) this.fill(to, file, first, depth + 1);
      else if (LISTS.has(binding.name)) this.container(to, file, type, 'list', first);
      else if (SETS.has(binding.name)) this.container(to, file, type, 'set', first);
      else if (MAPS.has(binding.name) || binding.name === 'Record')
        this.container(to, file, type, binding.name === 'Record' ? 'object' : 'map', second);
      return;
    }
    if (binding.of === 'type') {
      const { fact } = binding;
      if (fact.t === 'alias') {
        this.fill(to, binding.file, fact.type, depth + 1);
        return;
      }
      machine.flow(this.instancesOf(`${binding.file}#${binding.name}`), to);
      const props = fact.type.t === 'object' ? fact.type : null;
      machine.add(
        to,
        this.plainObject(binding.file, props?.props ?? [], props?.index ?? null, `${binding.file}#${binding.name}`),
      );
      for (const base of fact.extends) this.fill(to, binding.file, base, depth + 1);
      return;
    }
    if (binding.of !== 'value' || binding.fact.t !== 'class') return;
    const classes = new Cell();
    bindingTo(machine, binding, classes);
    machine.watch(classes, (value) => {
      if (value.t !== 'class') return;
      machine.add(to, this.fromOutside(value));
      // Those of its subclasses are among them.
      machine.flow(this.instancesOf(classKey(value)), to);
    });
  }

  private container(
    to: Cell,
    file: ProjectPath,
    type: TypeFact,
    kind: 'list' | 'set' | 'map' | 'object',
    of: TypeFact | undefined,
  ): void {
    const { machine } = this;
    const made = machine.newObject(`outside ${file}:${type.at[0]}`, kind, null, 0);
    if (of !== undefined) machine.flow(this.valuesOf(file, of), machine.field(made, '*'));
    machine.add(to, made);
  }

  private plainObject(file: ProjectPath, props: readonly TypePropFact[], index: TypeFact | null, key: string): Obj {
    const made = this.machine.newObject(`outside ${key}`, 'object', null, 0, (name) => {
      const type = props.find((prop) => prop.name === name)?.type ?? index;
      return type === null ? null : this.valuesOf(file, type);
    });
    // Whoever asks for all of them gets all of them.
    for (const { name, type } of props) if (type !== null && type.t !== 'keyword') this.machine.field(made, name);
    return made;
  }

  /** An instance that a decoder has made, or a package. */
  fromOutside(cls: Cls): Obj {
    const { machine } = this;
    const key = `from outside ${cls.id}`;
    const isNew = machine.once(key);
    const made = machine.newObject(key, this.kindOf(cls), cls, 0, (name) => {
      const found = this.fieldType(cls, name);
      return found === null ? null : this.valuesOf(found.file, found.type);
    });
    if (isNew) {
      for (const [name] of cls.body.types) machine.field(made, name);
      runConstructor(machine, cls, made, UNKNOWN_ARGS, machine.root);
    }
    return made;
  }

  private fieldType(cls: Cls, name: string, depth = 0): { readonly file: ProjectPath; readonly type: TypeFact } | null {
    const own = cls.body.types.find(([field]) => field === name);
    if (own !== undefined) return { file: cls.module.file, type: own[1] };
    if (depth > MAX_DEPTH) return null;
    for (const base of cls.base.values) {
      const found = base.t === 'class' ? this.fieldType(base, name, depth + 1) : null;
      if (found !== null) return found;
    }
    return null;
  }

  private binding(file: ProjectPath, name: readonly string[]): Binding | null {
    const { graph } = this.machine.program;
    let binding: Binding | null = graph.lookup(file, name[0] ?? '', 'type');
    for (const part of name.slice(1)) binding = binding === null ? null : graph.member(binding, part, 'type');
    return binding;
  }
}

function classKey(cls: Cls): string {
  return `class ${cls.id}`;
}
