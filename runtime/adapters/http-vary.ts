type Headers = Readonly<Record<string, string>>;

/** The headers with a request header added on which the response depends; caches need to know. */
export function addVary(headers: Headers | undefined, on: string): Record<string, string> {
  const before = headers?.['vary'];
  return { ...headers, vary: before ? `${before}, ${on}` : on };
}
