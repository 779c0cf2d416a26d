// The types of nimbusc's decorators. They do nothing at run time: the compiler reads them from the source. Each type
// accepts both flavours, standard (value, context) and `experimentalDecorators` (target, key, descriptor), and refuses
// targets that can be told to be wrong from types alone; the compiler tells the rest.

/** An object that is not a class, so that legacy decorators refuse static members (their target is the class). */
type InstanceSide = object & { readonly prototype?: never };

/** A class that can be made with `new`, whatever its constructor takes. */
export type Constructor<T = object> = new (...args: never[]) => T;

/** Goes on an instance method of a class: a handler. */
export interface HandlerDecorator {
  (
    value: (...args: never[]) => unknown,
    context: ClassMethodDecoratorContext & { readonly static: false; readonly private: false },
  ): void;
  <M extends (...args: never[]) => unknown>(
    target: InstanceSide,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void;
}

/** Goes on a class that is not abstract, whose instances are a `T`. */
export type ClassDecoratorOf<T = object> = <C extends Constructor<T>>(value: C, context?: ClassDecoratorContext<C>) => void;

/** Goes on a class whose instances are a `T` and that something else makes: its constructor may be private. */
export type MadeClassDecoratorOf<T = object> = (
  value: { readonly prototype: T },
  context?: Pick<ClassDecoratorContext, 'kind' | 'name' | 'metadata'>,
) => void;

/** Goes on an instance field. */
export interface FieldDecorator {
  (value: undefined, context: ClassFieldDecoratorContext & { readonly static: false; readonly private: false }): void;
  (target: InstanceSide, key: string | symbol, descriptor?: undefined): void;
}

/** What every decorator returns at run time, should it ever run. */
export const noop = (): void => {};
