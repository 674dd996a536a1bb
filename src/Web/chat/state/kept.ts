/** The part of `Storage` that is used, so that tests can bring their own. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** One value in the browser's storage. Where there is none, or it is full, the value lives as long as the page. */
export class Kept<T> {
  constructor(
    private readonly store: Store | undefined,
    private readonly key: string,
    private readonly empty: T,
  ) {}

  read(): T {
    try {
      const text = this.store?.getItem(this.key);
      return text ? (JSON.parse(text) as T) : this.empty;
    } catch {
      return this.empty;
    }
  }

  write(value: T): void {
    try {
      this.store?.setItem(this.key, JSON.stringify(value));
    } catch {
      // Full or forbidden.
    }
  }

  clear(): void {
    try {
      this.store?.removeItem(this.key);
    } catch {
      // Forbidden.
    }
  }
}
