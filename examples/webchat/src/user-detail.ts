import { Attribute, DocumentStore, Key } from 'nimbusc';

/** A person who may chat. */
@DocumentStore()
export class UserDetail {
  @Key()
  username: string;

  /** The id of the connection that messages for this user go to; null while the user is not connected. */
  @Attribute()
  currentWebsocket: string | null;

  constructor(username: string, currentWebsocket: string | null = null) {
    this.username = username;
    this.currentWebsocket = currentWebsocket;
  }
}
