/** Members that go from one thing to another: spreading and `Object.assign`. */
import type { Machine } from './machine.js';
import { loadFrom, storeTo } from './members.js';
import { allExportsTo } from './modules.js';
import { Cell, type Cls, EXTERNAL, type Obj, type Site, type Value } from './values.js';

/** All members of one thing become members of another. */
export function copy(machine: Machine, to: Value, from: Value): void {
  if (to.t !== 'object' && to.t !== 'class' && to.t !== 'function') return;
  if (!machine.once(`copy ${to.id}/${machine.valueKey(from)}`)) return;
  if (from.t === 'external') machine.add(machine.field(to, '*'), EXTERNAL);
  else if (from.t === 'namespace') allExportsTo(machine, from.file, machine.field(to, '*'));
  else if (from.t === 'client') {
    for (const name of machine.getters.methodsOf(from)) machine.getters.member(from, name, machine.field(to, name), machine);
  } else if (from.t === 'object') {
    if (to.t === 'object' && from !== to) {
      // Fields that come later are copied too, by way of a prototype: a reader finds them there.
      machine.add(machine.proto(to), fieldsOf(machine, from));
      machine.flow(machine.all(from), machine.all(to));
    } else for (const [name, cell] of from.fields) machine.flow(cell, machine.field(to, name));
  }
}

/** Assigning members calls the setters of their names. */
export function assign(machine: Machine, to: Value, from: Value, site: Site): void {
  copy(machine, to, from);
  if (to.t !== 'object' || to.cls === null || !machine.once(`assign ${to.id}/${machine.valueKey(from)}`)) return;
  const setters = (cls: Cls): void => {
    if (!machine.once(`assign ${to.id}/${machine.valueKey(from)}/${cls.id}`)) return;
    for (const [name, kind, isStatic] of cls.body.members) {
      if (kind !== 'set' || isStatic) continue;
      const value = new Cell();
      loadFrom(machine, from, name, value, site);
      storeTo(machine, to, name, value, site);
    }
    machine.watch(cls.base, (base) => {
      if (base.t === 'class') setters(base);
    });
  };
  setters(to.cls);
}

/** An object with the fields of another one, without its class: what spreading sees. */
function fieldsOf(machine: Machine, object: Obj): Obj {
  if (object.cls === null) return object;
  const key = `fields ${object.id}`;
  const known = machine.objects.get(key);
  if (known !== undefined) return known;
  return machine.newObject(key, 'object', null, object.depth, (name) => machine.field(object, name));
}
