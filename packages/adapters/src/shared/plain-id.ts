/** A model's or a client's id of its call as the trail can hold it; one that does not fit is left out, and costs no call. */
export function plainId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\x21-\x7e]{1,256}$/.test(id) ? id : undefined;
}
