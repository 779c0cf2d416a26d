import { ClientBuilder, DocumentStore, EnvironmentVariable, HttpServerlessFunction, Key, UsesDocumentStore } from 'nimbusc';

const EVERYWHERE = ['dev', 'test', 'prod'];

/** A table of its own in the default stages, and a larger one under another name in prod. */
@DocumentStore()
@DocumentStore({ tableName: 'live-notes', readCapacityUnits: 3, writeCapacityUnits: 2, stages: ['prod'] })
export class Note {
  @Key() id = '';
}

/** Only prod keeps a record of what was deleted. */
@DocumentStore({ stages: ['prod'] })
export class Deletion {
  @Key() id = '';
}

export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  private readonly environment = ClientBuilder.getEnvironmentVariableClient();

  @HttpServerlessFunction({ method: 'PUT', path: 'notes/{id}' })
  @HttpServerlessFunction({ method: 'PUT', path: 'notes/{id}', timeout: 5, memory: 512, stages: ['prod'] })
  @EnvironmentVariable({ key: 'GREETING', value: 'hello from the default' })
  @EnvironmentVariable({ key: 'GREETING', value: 'hello from prod', stages: ['prod'] })
  @EnvironmentVariable({ key: 'ONLY_DEV', value: 'yes', stages: ['dev'] })
  @UsesDocumentStore({ dataModel: Note, stages: EVERYWHERE })
  async write(event: { readonly id: string }): Promise<unknown> {
    await this.notes.put(Object.assign(new Note(), { id: event.id }));
    return {
      stage: ClientBuilder.getStage(),
      greeting: await this.environment.get('GREETING'),
      onlyDev: await this.environment.get('ONLY_DEV'),
      notes: await this.notes.getAllKeys(),
    };
  }

  /** There is nothing to call in any other stage. */
  @HttpServerlessFunction({ method: 'DELETE', path: 'notes', stages: ['prod'] })
  @UsesDocumentStore({ dataModel: Deletion, stages: ['prod'] })
  async clear(): Promise<number> {
    const deletions = ClientBuilder.getDocumentStoreClient(Deletion);
    await deletions.put(Object.assign(new Deletion(), { id: 'all' }));
    return (await deletions.getAllKeys()).length;
  }
}
