import { HttpServerlessFunction } from 'nimbusc';

interface Text {
  readonly text: string;
}

export class Compression {
  @HttpServerlessFunction({ method: 'POST', path: 'packed', enableRequestDecoding: true, enableResponseEncoding: true })
  repeat({ text }: Text): Text {
    return { text: text.repeat(100) };
  }
}
