const pageBytes = 65_536;
/** What the interpreter's WebAssembly module asks for at the least. */
const leastPages = 256;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Wasm {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
}

// As the standard says; the types of Node 20 know the namespace only by name.
const wasm = Reflect.get(globalThis, 'WebAssembly') as Wasm;

/** A memory that ends where the limit is: WebAssembly holds it, whatever is wrong with the interpreter's own count. */
export class LimitedMemory {
  readonly maximumBytes: number;
  readonly memory: WasmMemory;
  #wasDenied = false;

  constructor(maximumBytes: number) {
    this.maximumBytes = maximumBytes;
    this.memory = new wasm.Memory({ initial: leastPages, maximum: Math.max(leastPages, Math.floor(maximumBytes / pageBytes)) });
    const grow = this.memory.grow.bind(this.memory);
    this.memory.grow = (pages) => {
      try {
        return grow(pages);
      } catch (error) {
        this.#wasDenied = true;
        throw error;
      }
    };
  }

  /** Whether more was asked for than there is, whoever caught the error. */
  get wasDenied(): boolean {
    return this.#wasDenied;
  }

  /** As new, every byte of it; false where it has grown, since it cannot shrink. */
  wipe(): boolean {
    if (this.memory.buffer.byteLength > leastPages * pageBytes) return false;
    new Uint8Array(this.memory.buffer).fill(0);
    this.#wasDenied = false;
    return true;
  }
}
