/** What the names of a module mean, what it exports, and what runs when it is loaded. */
import type { ProjectPath } from '../../../ir/span.js';
import type { Binding } from '../../2-read/module-graph.js';
import type { Machine } from './machine.js';
import { type Cell, EXTERNAL, type ModuleInfo } from './values.js';

/** All that runs when a module is loaded. */
export function loadModule(machine: Machine, file: ProjectPath): void {
  if (!machine.once(`load ${file}`)) return;
  for (const one of machine.program.effectiveModules(file)) machine.module(one);
}

export function bindingTo(machine: Machine, binding: Binding, to: Cell): void {
  switch (binding.of) {
    case 'value': {
      const act = machine.module(binding.file);
      const ref = act?.info.module.bodies.names[binding.name];
      if (act === null || ref === undefined) machine.add(to, EXTERNAL);
      else machine.flow(machine.cell(act, ref), to);
      return;
    }
    case 'module':
      loadModule(machine, binding.file);
      if (machine.program.module(binding.file) === null) machine.add(to, EXTERNAL);
      else machine.add(to, { t: 'namespace', file: binding.file });
      return;
    case 'nimbus':
      machine.add(to, machine.nimbusValue(binding.name));
      return;
    case 'nimbus-module':
      machine.add(to, machine.nimbusValue('*'));
      return;
    case 'global':
      machine.flow(machine.field(machine.globals, binding.name), to);
      return;
    case 'missing':
      machine.add(to, EXTERNAL);
      return;
    case 'type':
      return;
  }
}

export function nameTo(machine: Machine, module: ModuleInfo, name: string, to: Cell): void {
  const meaning = machine.program.meaningOf(module, name);
  if (meaning === 'EventEmitter') machine.add(to, machine.native(meaning));
  else bindingTo(machine, meaning, to);
}

export function exportTo(machine: Machine, file: ProjectPath, name: string, to: Cell): void {
  const binding = machine.program.graph.exported(file, name);
  if (binding !== null) bindingTo(machine, binding, to);
}

export function allExportsTo(machine: Machine, file: ProjectPath, to: Cell, seen = new Set<ProjectPath>()): void {
  if (seen.has(file)) return;
  seen.add(file);
  const facts = machine.program.graph.facts(file);
  for (const { name } of facts.exports) exportTo(machine, file, name, to);
  for (const { from } of facts.stars) {
    const target = machine.program.graph.source.resolve(file, from);
    if (target.of === 'file') allExportsTo(machine, target.file, to, seen);
  }
}
