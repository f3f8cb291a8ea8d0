package dev.lucenesemantic.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what a model does with a text. */
@Command(
    name = "inspect",
    description = {
      "Show what a model does with a text: the road through its modules, pooling, prompts, length"
          + " limit, dimensions, the file that is taken and why, and its fingerprint.",
      "The model is loaded, so that what is shown is what runs."
    })
final class InspectCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;

  InspectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelReference reference = new ModelFinder(surroundings.hub().get()).find(model);
    try (LoadedModel loaded = LoadedModel.load(reference, model.options())) {
      ModelDescription description = ModelDescription.of(reference, loaded, model);
      PrintStream out = surroundings.out();
      if (common.json) {
        Json.print(out, description.json());
      } else {
        description.print(out);
      }
      return ExitCode.FINE;
    }
  }
}
