/**
 * Bindings are CommonJS modules: Node names their exports one by one, a bundler that splits code only as a whole, as
 * `default`.
 */
export async function exportsOf<M extends object>(module: Promise<M>): Promise<M> {
  const loaded = await module;
  return (loaded as { readonly default?: M }).default ?? loaded;
}
