// As much of React as the wrappers use, so that they compile without it. Whoever installs the package brings the real types, which
// the published declarations name.

declare module "react" {
  export type ReactNode = ReactElement | string | number | boolean | null | undefined | Iterable<ReactNode>;
  export interface ReactElement {
    readonly type: unknown;
    readonly props: unknown;
    readonly key: string | null;
  }
  export interface CSSProperties {
    [property: string]: string | number | undefined;
  }
  export interface RefObject<T> {
    current: T;
  }
  export type Ref<T> = ((it: T | null) => void) | { current: T | null } | null;
  export interface Context<T> {
    readonly Provider: (props: { value: T; children?: ReactNode }) => ReactElement;
  }
  export interface RefAttributes<T> {
    ref?: Ref<T> | undefined;
  }
  export interface ForwardRefExoticComponent<P> {
    (props: P): ReactNode;
    readonly $$typeof: symbol;
  }
  export function forwardRef<T, P>(render: (props: P, ref: Ref<T>) => ReactNode): ForwardRefExoticComponent<P & RefAttributes<T>>;
  export function createContext<T>(value: T): Context<T>;
  export function createElement<P extends object>(type: unknown, props: P | null, ...children: ReactNode[]): ReactElement;
  export function useContext<T>(context: Context<T>): T;
  export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
  export function useImperativeHandle<T>(ref: Ref<T>, make: () => T, inputs?: readonly unknown[]): void;
  export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
  export function useRef<T>(initial: T): RefObject<T>;
  export function useState<T>(initial: T): [T, (next: T) => void];
}
