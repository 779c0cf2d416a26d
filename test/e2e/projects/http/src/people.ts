import { type HttpEvent, HttpResponse, HttpServerlessFunction } from 'nimbusc';
import { Person } from './person.js';

export class People {
  @HttpServerlessFunction({ method: 'POST', path: 'people' })
  async add(person: Person, event: HttpEvent): Promise<HttpResponse> {
    console.log('the handler was called');
    const { isBase64Encoded } = event;
    return new HttpResponse()
      .withStatusCode(201)
      .withHeaders({ Location: `/people/${person.name}`, 'X-Kind': 'person' })
      .withCookies('a=1; HttpOnly', 'b=2')
      .withJsonBody({ summary: person.summary(), isPerson: person instanceof Person, isBase64Encoded, person });
  }

  @HttpServerlessFunction({ method: 'PUT', path: 'text' })
  text(event: HttpEvent, body: string): string {
    return `${event.headers['content-type']}: ${body.toUpperCase()}`;
  }

  @HttpServerlessFunction({ method: 'PUT', path: 'bytes' })
  bytes(body: Uint8Array): Uint8Array {
    return body.map((byte) => 255 - byte);
  }
}
