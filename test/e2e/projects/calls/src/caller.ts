import { BasicServerlessFunction, ClientBuilder, InvocationException, UsesBasicServerlessFunction } from 'nimbusc';
import { Calculator, Sum } from './calculator.js';

const calculator = ClientBuilder.getBasicServerlessFunctionInterface(Calculator);
const add = ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'add');
const greet = ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'greet');

export class Caller {
  @BasicServerlessFunction()
  @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'add' })
  @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'greet' })
  async call(how: string): Promise<unknown> {
    const at = new Date(Date.UTC(2024, 0, 1));
    switch (how) {
      case 'client': {
        const sum = await add.invoke({ a: 1, b: 2, at });
        return { isSum: sum instanceof Sum, doubled: sum.doubled(), later: sum.at.getTime() - at.getTime() };
      }
      case 'interface': {
        const sum = await (await Promise.resolve(calculator)).add({ a: 3, b: 4, at });
        return { isSum: sum instanceof Sum, doubled: sum.doubled() };
      }
      case 'nothing':
        return [await greet.invoke('you'), (await greet.invoke()) === undefined, (await calculator.greet()) === undefined];
      case 'later':
        return { result: String(await greet.invokeAsync('later')) };
      case 'undeclared':
        // By a way that the compiler does not follow, or it would not compile this.
        return Reflect.get(calculator, 'even')(1);
      default:
        return add.invoke({ a: 999, b: 2, at }).catch((error: unknown) => {
          if (!(error instanceof InvocationException)) throw error;
          const { name, message, errorType, trace } = error;
          return { name, message, errorType, trace: trace.length > 0, isError: error instanceof Error };
        });
    }
  }
}
