import type { Kept } from './kept';

/** What was written and not sent, by conversation. */
export class Drafts {
  private texts = $state.raw<Readonly<Record<string, string>>>({});
  private kept: Kept<Readonly<Record<string, string>>> | undefined;

  begin(kept: Kept<Readonly<Record<string, string>>>): void {
    this.kept = kept;
    this.texts = kept.read();
  }

  end(forget: boolean): void {
    if (forget) this.kept?.clear();
    this.kept = undefined;
    this.texts = {};
  }

  of(id: string): string {
    return this.texts[id] ?? '';
  }

  set(id: string, text: string): void {
    const { [id]: _, ...others } = this.texts;
    this.texts = text ? { ...others, [id]: text } : others;
    this.kept?.write(this.texts);
  }
}
