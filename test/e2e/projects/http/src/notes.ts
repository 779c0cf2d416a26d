import { Attribute, ClientBuilder, DocumentStore, type HttpEvent, HttpServerlessFunction, Key, UsesDocumentStore } from 'nimbusc';

@DocumentStore()
export class Note {
  @Key()
  id = '';

  @Attribute({ columnName: 'body' })
  text = '';
}

export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);

  @HttpServerlessFunction({ method: 'PUT', path: 'notes' })
  @UsesDocumentStore(Note)
  async write(note: Note): Promise<Note | null> {
    await this.notes.put(note);
    return this.notes.get(note.id);
  }

  /** Lacks the declaration, on purpose. */
  @HttpServerlessFunction({ method: 'GET', path: 'notes/{id}' })
  async read(event: HttpEvent): Promise<Note | null> {
    // By a way that the compiler does not follow, or it would not compile this.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    return builder.getDocumentStoreClient(Note).get(event.pathParameters['id'] ?? '');
  }
}
