/** Whether there is a program of that name on the PATH. */
export async function hasProgram(name: string): Promise<boolean> {
  const command = new Deno.Command("sh", { args: ["-c", 'command -v "$0"', name], stdout: "null" });
  return (await command.output()).success;
}
