/** Tools for a sandbox: named by module and export. */
export async function double(n: number): Promise<number> {
  return Promise.resolve(n * 2);
}

export async function spin(): Promise<never> {
  await Promise.resolve();
  for (;;);
}

export async function* countTo(n: number): AsyncGenerator<number> {
  for (let i = 1; i <= n; i += 1) yield await Promise.resolve(i);
}
