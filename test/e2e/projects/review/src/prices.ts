/** In cents; what two handlers share. */
export function priceOf(amount: number): number {
  return amount * 250;
}
