export interface Toast {
  id: number;
  text: string;
  tone: 'calm' | 'bad';
}

const shownFor = { calm: 4_000, bad: 8_000 };

/** Short notes at the edge of the page that go by themselves. */
class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  private last = 0;

  show(text: string, tone: Toast['tone'] = 'calm'): void {
    const toast: Toast = { id: ++this.last, text, tone };
    this.all = [...this.all.filter((other) => other.text !== text), toast];
    setTimeout(() => this.drop(toast.id), shownFor[tone]);
  }

  drop(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
