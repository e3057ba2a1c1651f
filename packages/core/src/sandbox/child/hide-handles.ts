/** Node lists what keeps a thread alive: the line to the parent too, which is not the tool's to have. */
export function hideHandles(): void {
  for (const name of ['_getActiveHandles', '_getActiveRequests']) {
    Object.defineProperty(process, name, { value: () => [], writable: false, configurable: false, enumerable: false });
  }
}
