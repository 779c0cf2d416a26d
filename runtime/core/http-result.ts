// API Gateway's structured response (payload format 2.0), and the parts of it that several files make.
import { toBase64 } from './shape.js';

export interface HttpProxyResult {
  statusCode: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

export const jsonResult = (statusCode: number, body: string): HttpProxyResult => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body,
});

export const binaryResult = (bytes: Uint8Array): HttpProxyResult => ({
  statusCode: 200,
  headers: { 'content-type': 'application/octet-stream' },
  body: toBase64(bytes),
  isBase64Encoded: true,
});
