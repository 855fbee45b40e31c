/** What a test says of one element: its box in CSS pixels, and whether it is in view. */
interface Shown {
  width: number;
  height: number;
  isInView: boolean;
}

type Look = (entries: readonly { readonly isIntersecting: boolean }[]) => void;

/** The observers that jsdom lacks, over elements of which a test says how they are shown; each tells once at first. */
export class FakeObservers {
  readonly #shown = new Map<Element, Shown>();
  readonly #looks = new Map<Element, Set<Look>>();
  readonly #initial: Shown;

  constructor(initial: Partial<Shown> = {}) {
    this.#initial = { width: 320, height: 180, isInView: true, ...initial };
  }

  /** How many observers look at elements. */
  get watching(): number {
    return [...this.#looks.values()].reduce((sum, looks) => sum + looks.size, 0);
  }

  install(): void {
    const shownOf = (element: Element) => this.#shownOf(element);
    const start = (element: Element, look: Look) => this.#start(element, look);
    const stop = (element: Element, look: Look) => this.#looks.get(element)?.delete(look);
    class Observer {
      readonly #look: Look;
      readonly #elements = new Set<Element>();
      constructor(look: Look) {
        this.#look = (entries) => look(entries);
      }
      observe(element: Element): void {
        this.#elements.add(element);
        start(element, this.#look);
      }
      disconnect(): void {
        for (const element of this.#elements) stop(element, this.#look);
      }
    }
    Object.assign(globalThis, { ResizeObserver: Observer, IntersectionObserver: Observer });
    HTMLElement.prototype.getBoundingClientRect = function () {
      const { width, height } = shownOf(this);
      return { width, height } as DOMRect;
    };
  }

  uninstall(): void {
    for (const name of ['ResizeObserver', 'IntersectionObserver']) Reflect.deleteProperty(globalThis, name);
  }

  /** An element is shown otherwise. */
  show(element: Element, change: Partial<Shown>): void {
    this.#shown.set(element, { ...this.#shownOf(element), ...change });
    for (const look of this.#looks.get(element) ?? []) this.#tell(element, look);
  }

  #shownOf(element: Element): Shown {
    return this.#shown.get(element) ?? this.#initial;
  }

  #start(element: Element, look: Look): void {
    this.#looks.set(element, (this.#looks.get(element) ?? new Set()).add(look));
    this.#tell(element, look);
  }

  #tell(element: Element, look: Look): void {
    look([{ isIntersecting: this.#shownOf(element).isInView }]);
  }
}

/** The tab of the page is shown, or another one is. */
export function showTab(isShown: boolean): void {
  Object.defineProperty(document, 'hidden', { value: !isShown, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** The picture-in-picture window shows a video from now on, or is closed: the element is told after the document knows. */
export function showWindow(element: Element, isOpen: boolean): void {
  const value = isOpen ? element : null;
  Object.defineProperty(document, 'pictureInPictureElement', { value, configurable: true });
  element.dispatchEvent(new Event(isOpen ? 'enterpictureinpicture' : 'leavepictureinpicture'));
}

/** The picture of a video gets another size. */
export function showPicture(element: Element, videoWidth: number, videoHeight: number): void {
  for (const [name, value] of Object.entries({ videoWidth, videoHeight })) {
    Object.defineProperty(element, name, { value, configurable: true });
  }
  element.dispatchEvent(new Event('resize'));
}
