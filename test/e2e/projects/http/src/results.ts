import { type HttpEvent, HttpException, HttpResponse, HttpServerlessFunction } from 'nimbusc';

const results: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  text: 'a "text"',
  number: 1.5,
  list: [1, undefined, { of: new Date(0) }],
  special: { at: new Date(1), big: 2n ** 70n, set: new Set(['x']), map: new Map([['k', 1n]]), bytes: new Uint8Array([1, 2]) },
  bytes: new Uint8Array([0, 255, 10]),
  buffer: Buffer.from('part of it').subarray(0, 4),
  html: new HttpResponse().withBody('<p>é</p>').withHeaders({ 'Content-Type': 'text/html; charset=utf-8' }),
  image: new HttpResponse().withBody(new Uint8Array([137, 80, 0])).withHeaders({ 'content-type': 'image/png' }),
  gone: new HttpResponse().withStatusCode(204),
};

export class Results {
  @HttpServerlessFunction({ method: 'GET', path: 'results/{name}' })
  async give(event: HttpEvent): Promise<unknown> {
    return results[event.pathParameters['name'] ?? ''];
  }

  @HttpServerlessFunction({ method: 'GET', path: 'fail/{how}' })
  async fail(event: HttpEvent): Promise<never> {
    switch (event.pathParameters['how']) {
      case 'expected':
        throw new HttpException(418, 'short & stout');
      case 'text':
        return Promise.reject('the password is swordfish');
      default:
        throw new Error('the password is swordfish');
    }
  }
}
