// The package ships its types under a name that no compiler looks for; only what look-alikes.ts uses is declared.
declare module 'unicode-confusables' {
  export function rectifyConfusion(input: string): string;
}
