/** Tells whoever runs the tests what takes so long, or what went wrong, on standard error. */
export function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`vm: ${line}\n`));
}
