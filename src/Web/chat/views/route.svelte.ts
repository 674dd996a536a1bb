const pattern = /^#\/c\/([\w-]+)$/;

/** Which conversation is open, as the address says it: `#/c/{id}`. The browser's "back" closes it. */
class Route {
  conversationId = $state<string>();

  follow(): void {
    const look = () => (this.conversationId = pattern.exec(location.hash)?.[1]);
    look();
    window.addEventListener('popstate', look);
    window.addEventListener('hashchange', look);
  }

  open(id: string): void {
    if (id === this.conversationId) return;
    // From one conversation to the next is no step: "back" leads to the list.
    if (this.conversationId === undefined) history.pushState({ fromList: true }, '', `#/c/${id}`);
    else history.replaceState(history.state, '', `#/c/${id}`);
    this.conversationId = id;
  }

  close(): void {
    if (this.conversationId === undefined) return;
    if ((history.state as { fromList?: boolean } | null)?.fromList) history.back();
    else history.replaceState(null, '', location.pathname + location.search);
    this.conversationId = undefined;
  }
}

export const route = new Route();
