import { type HttpEvent, HttpException, HttpServerlessFunction } from 'nimbusc';

export class Shop {
  @HttpServerlessFunction({ method: 'GET', path: 'items' })
  list(): string[] {
    return ['lamp'];
  }

  @HttpServerlessFunction({ method: 'POST', path: 'items' })
  add(): never {
    throw new HttpException(409, 'sold out');
  }

  @HttpServerlessFunction({
    method: 'DELETE',
    path: 'items/{id}',
    allowedCorsOrigin: 'https://admin.example',
    allowedCorsHeaders: ['X-Admin'],
    stages: ['different'],
  })
  remove(event: HttpEvent): string {
    return `removed ${event.pathParameters['id']}`;
  }

  @HttpServerlessFunction({ method: 'ANY', path: 'open/{rest+}', allowedCorsOrigin: '*', stages: ['different'] })
  open(event: HttpEvent): string {
    console.log('the handler was called');
    return event.requestContext.http.method;
  }
}
