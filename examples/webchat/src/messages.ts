/** What a client sends: `{ "topic": "sendMessage", "recipient": "bob", "message": "Hello" }`. */
export interface SendMessage {
  readonly topic: 'sendMessage';
  readonly recipient: string;
  readonly message: string;
}

/** What the recipient gets. */
export interface Message {
  readonly message: string;
  readonly sender: string;
}
