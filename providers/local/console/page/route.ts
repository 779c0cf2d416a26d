/** Where in the console one is: `#/stores/document-store%3ANote`. */
import { useEffect, useState } from 'preact/hooks';

export type Route = readonly string[];

export const linkTo = (...parts: Route): string => `#/${parts.map(encodeURIComponent).join('/')}`;

export function useRoute(): Route {
  const [route, set] = useState(read);
  useEffect(() => {
    const renew = (): void => set(read());
    addEventListener('hashchange', renew);
    return () => removeEventListener('hashchange', renew);
  }, []);
  return route;
}

function read(): Route {
  try {
    return location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  } catch {
    return [''];
  }
}
