package dev.pale.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pale.secrets.SecretValue;

/** The house's arrows: down only, and each dear thing in one room. */
@AnalyzeClasses(packages = "dev.pale", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule arrows_point_down_only =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.pale..")
          .layer("secrets")
          .definedBy("dev.pale.secrets..")
          .layer("system")
          .definedBy("dev.pale.system..")
          .layer("crypto")
          .definedBy("dev.pale.crypto..")
          .layer("formats")
          .definedBy("dev.pale.formats..")
          .layer("vault")
          .definedBy("dev.pale.vault..")
          .layer("delivery")
          .definedBy("dev.pale.delivery..")
          .layer("sops")
          .definedBy("dev.pale.sops..")
          .layer("providers")
          .definedBy("dev.pale.providers..")
          .layer("gateway")
          .definedBy("dev.pale.gateway..")
          .layer("cli")
          .definedBy("dev.pale.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("delivery")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("vault")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("providers")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("sops")
          .mayOnlyBeAccessedByLayers("providers", "cli")
          .whereLayer("formats")
          .mayOnlyBeAccessedByLayers("sops", "providers", "gateway", "cli")
          .whereLayer("crypto")
          .mayOnlyBeAccessedByLayers("vault", "sops", "providers", "cli")
          .whereLayer("system")
          .mayOnlyBeAccessedByLayers("vault", "delivery", "providers", "gateway", "cli");

  @ArchTest
  static final ArchRule the_nouns_depend_on_nothing =
      classes()
          .that()
          .resideInAPackage("dev.pale.secrets..")
          .should()
          .onlyDependOnClassesThat(resideInAnyOf("dev.pale.secrets..", "java..", "org.jspecify.."));

  @ArchTest
  static final ArchRule system_and_crypto_depend_on_the_jdk_alone =
      noClasses()
          .that()
          .resideInAnyPackage("dev.pale.system..", "dev.pale.crypto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.pale.secrets..",
              "dev.pale.vault..",
              "dev.pale.formats..",
              "org.sqlite..",
              "picocli..",
              "com.kenai..");

  @ArchTest
  static final ArchRule bouncy_castle_is_behind_one_class =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.pale.crypto.Argon2id")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule only_the_vault_knows_sqlite =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pale.vault..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.sqlite..");

  @ArchTest
  static final ArchRule only_the_command_line_knows_its_parser =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pale.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule only_system_calls_c =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pale.system..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  @ArchTest
  static final ArchRule a_record_never_holds_a_value_openly =
      fields()
          .that()
          .haveRawType(SecretValue.class)
          .should()
          .notHaveModifier(JavaModifier.STATIC)
          .because("a value lives as long as the call that needs it");

  @ArchTest
  static final ArchRule values_are_not_in_exceptions =
      noMethods()
          .that()
          .areDeclaredInClassesThat()
          .areAssignableTo(Throwable.class)
          .should()
          .haveRawReturnType(SecretValue.class);

  @ArchTest
  static final ArchRule nobody_prints_to_the_system_streams_but_the_entry =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.pale.cli.run.RunFront")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule only_two_places_reach_for_the_network =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.pale.providers.http..", "dev.pale.gateway..")
          .and()
          // Asks the gateway that started it, at the address that it was given.
          .doNotHaveFullyQualifiedName("dev.pale.cli.gateway.LiveGateway")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "javax.net..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.Socket")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.URLConnection");

  @ArchTest
  static final ArchRule no_circles_between_packages =
      slices().matching("dev.pale.(*)..").should().beFreeOfCycles();

  private static com.tngtech.archunit.base.DescribedPredicate<
          com.tngtech.archunit.core.domain.JavaClass>
      resideInAnyOf(String... packages) {
    var result = resideInAPackage(packages[0]);
    for (String each : packages) {
      result = result.or(resideInAPackage(each));
    }
    return result;
  }
}
