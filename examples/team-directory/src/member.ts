/** Somebody of a team. */
export interface Member {
  /** @format email */
  email: string;
  /** @minLength 1 @maxLength 100 */
  name: string;
  /** @pattern ^[a-z-]+$ */
  team: string;
}
