/** Requests to the API of the server that this page is from. */
import type { ApiProblem } from '../api.js';

// Written out: a value that was imported would bring the server's file along.
const API_PATH = '/_nimbus/api';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The address of something. */
export function address(...parts: readonly string[]): string {
  return [API_PATH, ...parts.map(encodeURIComponent)].join('/');
}

/** The answer; throws what the server says of a refusal. */
export async function ask<T>(method: Method, url: string, body?: object, signal?: AbortSignal): Promise<T> {
  const isFile = body instanceof Blob;
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = (await response.json()) as T | ApiProblem;
  if (!response.ok) throw new Error((answer as ApiProblem).error);
  return answer as T;
}

/** As `fetch` says that there is no server, or that it gave no answer. */
export const isUnreachable = (error: unknown): boolean => error instanceof TypeError;

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Servers that are bound to all addresses are reached by the one that leads to this page. */
export const here = (url: string): string => url.replace(/(?<=^\w+:\/\/)(\[[^\]]*\]|[^:/]+)/, location.hostname);
