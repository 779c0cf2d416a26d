/** Names as JavaScript text. */

/** `__proto__` in an object literal would set the prototype; computed, it is a key like any other. */
export function propertyKey(key: string): string {
  if (key === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** `export { x as "any string" }` is legal; an import of it needs the quotes. */
export function exportName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** An import of a project file, relative to the project folder, which is where the entry pretends to lie. */
export function moduleText(module: string): string {
  return JSON.stringify(module.startsWith('../') ? module : `./${module}`);
}
