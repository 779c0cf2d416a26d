/** The headers with a request header added on which the response depends; caches need to know. */
export function addVary(headers: Readonly<Record<string, string>> = {}, on: string): Record<string, string> {
  const { vary } = headers;
  return { ...headers, vary: vary ? `${vary}, ${on}` : on };
}
